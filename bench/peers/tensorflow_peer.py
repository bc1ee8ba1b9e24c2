"""TensorFlow with Keras 3: a tf.function step; {"xla": true} compiles it with XLA."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from network import input_shape, layers_of, residual_stages  # noqa: E402
from protocol import ADAM_RATE, serve, settings  # noqa: E402

given = settings()
tf.config.threading.set_intra_op_parallelism_threads(given["threads"])
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.random.set_seed(1)
L = keras.layers


def normed(x, filters, size, stride=1):
    x = L.Conv2D(filters, size, stride, "same", use_bias=False)(x)
    return L.BatchNormalization()(x)


def residual_network(x, blocks):
    x = L.ReLU()(normed(x, 16, 3))
    for filters, stride in residual_stages(blocks):
        h = normed(L.ReLU()(normed(x, filters, 3, stride)), filters, 3)
        if stride != 1 or x.shape[-1] != filters:
            x = normed(x, filters, 1, stride)
        x = L.ReLU()(L.Add()([h, x]))
    return L.GlobalAveragePooling2D()(x)


def network(x):
    for layer in layers_of(given):
        if layer[0] == "conv":
            x = L.Conv2D(layer[1], layer[2], padding=layer[3] if layer[3:] else "same")(x)
        elif layer[0] == "relu":
            x = L.ReLU()(x)
        elif layer[0] == "pool":
            x = L.MaxPooling2D()(x)
        elif layer[0] == "flatten":
            x = L.Flatten()(x)
        elif layer[0] == "resnet":
            x = residual_network(x, layer[1])
        else:
            x = L.Dense(layer[1])(x)
    return x


start = keras.Input(tuple(input_shape(given)))
model = keras.Model(start, network(start))
if given.get("optimizer") == "sgd":
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
else:
    optimizer = keras.optimizers.Adam(ADAM_RATE)
optimizer.build(model.trainable_variables)
x = tf.random.uniform((given["batch"], *input_shape(given)))
y = tf.random.uniform((given["batch"],), maxval=10, dtype=tf.int32)


@tf.function(jit_compile=bool(given.get("xla")))
def update(x, y):
    with tf.GradientTape() as tape:
        logits = model(x, training=True)
        loss = tf.reduce_mean(
            tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply(grads, model.trainable_variables)
    return loss


def step():
    update(x, y).numpy()


variables = model.variables + optimizer.variables
first = [v.numpy() for v in variables]


def restart():
    for variable, value in zip(variables, first):
        variable.assign(value)


serve(step, 1, "TensorFlow %s, Keras %s%s" % (tf.__version__, keras.__version__,
                                              ", XLA" if given.get("xla") else ""), restart)
