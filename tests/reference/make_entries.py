#!/usr/bin/env python3
"""make_entries.py: what Keras 3 computes for the entries of the library, in double precision.

Writes entries.safetensors, which holds
    x                     numbers from -6 to 6, 0 among them
    activation.NAME       of x
    u, v                  predictions and targets, 10 rows of 4 numbers
    p, q, k               10 distributions over 4 classes, 10 others (the targets), 10 classes
    b, t                  10 probabilities, 10 yes-or-no targets
    n, c                  10 rows of 4 positive numbers, counts
    loss.NAME             of the row's prediction and target, one number a row
    metric.*              inputs and results of the metrics, 60 rows
    gradient              12 gradients of 6 parameters, optimizer.NAME the parameters after each
    schedule.NAME         at steps 0 to 99
tests/unit/reference/entries_test.c says which arguments each was called with. Run it as
make_reference.py.
"""
import math

from make_reference import keras, np, single, tf, write_safetensors

A, LOSS, M = keras.activations, keras.losses, keras.metrics
out = {}


def keep(name, value):
    out[name] = np.asarray(value, dtype=np.float64)


def activations():
    x = np.linspace(-6, 6, 49)
    keep("x", x)
    for name in ("linear relu elu selu celu silu mish softsign hard_sigmoid hard_tanh "
                 "hard_swish exponential sigmoid tanh softplus").split():
        keep(f"activation.{name}", getattr(A, name)(tf.constant(x)))
    keep("activation.gelu", A.gelu(tf.constant(x), approximate=False))
    keep("activation.elu_half", A.elu(tf.constant(x), alpha=0.5))
    keep("activation.celu_half", A.celu(tf.constant(x), alpha=0.5))
    # TensorFlow holds this slope in single precision; 0.25 is exact there.
    keep("activation.leaky_relu_quarter", A.leaky_relu(tf.constant(x), negative_slope=0.25))
    keep("activation.leaky_relu", np.where(x > 0, x, 0.2 * x))
    keep("activation.softmax", A.softmax(tf.constant(x[None]))[0])
    keep("activation.log_softmax", A.log_softmax(tf.constant(x[None]))[0])


def losses():
    generator = np.random.default_rng(21)
    u, v = generator.normal(0, 2, (10, 4)), generator.normal(0, 2, (10, 4))
    p, q = generator.dirichlet([1, 1, 1, 1], 10), generator.dirichlet([2, 2, 2, 2], 10)
    k = generator.integers(0, 4, 10)
    b, t = generator.uniform(0.01, 0.99, 10), generator.integers(0, 2, 10)
    n, c = generator.uniform(0.2, 4, (10, 4)), generator.integers(0, 6, (10, 4)).astype(float)
    for name, value in dict(u=u, v=v, p=p, q=q, k=k, b=b, t=t, n=n, c=c).items():
        keep(name, value)
    one_hot = np.eye(4)[k]
    keep("loss.mse", LOSS.mean_squared_error(v, u))
    keep("loss.mae", LOSS.mean_absolute_error(v, u))
    keep("loss.huber", LOSS.huber(v, u))
    keep("loss.huber_2", LOSS.huber(v, u, delta=2.0))
    keep("loss.log_cosh", LOSS.log_cosh(v, u))
    keep("loss.binary_cross_entropy", LOSS.binary_crossentropy(t[:, None].astype(float), b[:, None]))
    keep("loss.binary_cross_entropy_labels", LOSS.binary_crossentropy(q, p))
    keep("loss.cross_entropy", LOSS.sparse_categorical_crossentropy(k, p))
    keep("loss.cross_entropy_smooth", LOSS.categorical_crossentropy(one_hot, p, label_smoothing=0.1))
    keep("loss.cross_entropy_soft", LOSS.categorical_crossentropy(q, p))
    keep("loss.hinge", LOSS.hinge(t[:, None].astype(float), u[:, :1]))
    keep("loss.poisson", LOSS.poisson(c, n))
    keep("loss.kl_divergence", LOSS.kl_divergence(q, p))
    keep("loss.focal", LOSS.categorical_focal_crossentropy(one_hot, p, alpha=1.0, gamma=2.0))
    keep("loss.focal_soft", LOSS.categorical_focal_crossentropy(q, p, alpha=1.0, gamma=3.0))
    keep("loss.focal_binary", LOSS.binary_focal_crossentropy(
        t[:, None].astype(float), b[:, None], gamma=2.0))


def metrics():
    generator = np.random.default_rng(22)
    p = generator.dirichlet([0.5] * 8, 60)
    k = np.where(generator.random(60) < 0.5, p.argmax(1), generator.integers(0, 8, 60))
    t = generator.integers(0, 2, 60)
    b = np.clip(0.5 + 0.25 * (2 * t - 1) + generator.normal(0, 0.3, 60), 0, 1)
    v = generator.normal(3, 2, (60, 2))
    u = v + generator.normal(0, 1, (60, 2))
    for name, value in dict(p=p, k=k, t=t, b=b, u=u, v=v).items():
        keep(f"metric.{name}", value)
    one_hot = np.eye(8)[k]

    def result(metric, y, prediction):
        metric.update_state(y, prediction)
        return metric.result()

    keep("metric.accuracy", result(M.SparseCategoricalAccuracy(), k, p))
    keep("metric.accuracy_binary", result(M.BinaryAccuracy(), t[:, None], b[:, None]))
    keep("metric.top_k", result(M.SparseTopKCategoricalAccuracy(k=5), k, p.astype(np.float32)))
    keep("metric.top_2", result(M.SparseTopKCategoricalAccuracy(k=2), k, p.astype(np.float32)))
    keep("metric.precision", result(M.Precision(), t, b))
    keep("metric.recall", result(M.Recall(), t, b))
    keep("metric.precision_classes", result(M.Precision(), one_hot, p))
    keep("metric.recall_classes", result(M.Recall(), one_hot, p))
    keep("metric.f1_classes", result(M.F1Score(average="micro", threshold=0.5), one_hot, p))
    keep("metric.f1", result(M.F1Score(average="micro", threshold=0.5),
                             t[:, None].astype(float), b[:, None]))
    keep("metric.auc", result(M.AUC(), t, b))
    keep("metric.auc_50", result(M.AUC(num_thresholds=50), t, b))
    keep("metric.rmse", result(M.RootMeanSquaredError(), v, u))
    keep("metric.r2", result(M.R2Score(), v, u))


def optimizers():
    generator = np.random.default_rng(23)
    gradients = single(generator.normal(0, 1, (12, 6)))
    keep("gradient", gradients)
    O = keras.optimizers
    for name, optimizer in dict(
            sgd=O.SGD(0.1), sgd_momentum=O.SGD(0.1, momentum=0.9),
            sgd_nesterov=O.SGD(0.1, momentum=0.9, nesterov=True), adam=O.Adam(),
            adam_other=O.Adam(0.1, beta_1=0.8, beta_2=0.99, epsilon=1e-3), adamw=O.AdamW(),
            rmsprop=O.RMSprop(), rmsprop_other=O.RMSprop(0.1, rho=0.8, epsilon=1e-2),
            adagrad=O.Adagrad(), adagrad_other=O.Adagrad(0.1, initial_accumulator_value=0.5),
            lion=O.Lion(), lion_other=O.Lion(0.1, beta_1=0.8, beta_2=0.9)).items():
        w = keras.Variable(np.ones(6))
        optimizer.build([w])
        after = []
        for gradient in gradients:
            optimizer.apply([tf.constant(gradient)], [w])
            after.append(w.value.numpy())
        keep(f"optimizer.{name}", after)


def schedules():
    S = keras.optimizers.schedules
    for name, schedule in dict(
            step_decay=S.ExponentialDecay(0.1, 30, 0.5, staircase=True),
            exponential_decay=S.ExponentialDecay(0.1, 30, 0.9),
            linear_decay=S.PolynomialDecay(0.1, 100, 0.02),
            cosine=S.CosineDecay(0.1, 100, alpha=0.1)).items():
        keep(f"schedule.{name}", [float(schedule(tf.constant(float(step), tf.float64)))
                                  for step in range(100)])
    # Not in Keras: PyTorch's OneCycleLR(0.1, 100, pct_start=0.3, div_factor=25), by its documentation.
    top, last, values = 0.3 * 100 - 1, 99, []
    for step in range(100):
        a, b, share = ((0.004, 0.1, step / top) if step <= top
                       else (0.1, 0.004 / 1e4, (step - top) / (last - top)))
        values.append(b + (a - b) / 2 * (1 + math.cos(math.pi * share)))
    keep("schedule.one_cycle", values)


if __name__ == "__main__":
    for make in (activations, losses, metrics, optimizers, schedules):
        make()
    write_safetensors("entries.safetensors", out)
    print(len(out), "tensors")
