#!/usr/bin/env python3
"""make_reference.py: what Keras 3 computes for the models of this folder, in double precision.

For each model NAME.nn this writes
    NAME.csv                      37 rows of inputs and targets
    NAME.initial.safetensors      first values of all parameters and states, under our paths
    NAME.expected.safetensors     what Keras makes of them:
        output            the model's output for every row, as in evaluation
        loss, penalty     of the first 8 rows, as in a training step
        evaluate_loss     mean loss of all rows, as in evaluation
        gradient.PATH     of loss plus penalty by each parameter, for the first 8 rows
        after_10.PATH     each parameter and state after 10 steps of 8 rows in order; the fifth and
                          the tenth step have the 5 rows left over
and for the two models of examples/ that must agree, two_moons.{formula,keras}.safetensors (the same
numbers under the paths of either) and two_moons.expected.safetensors (output for every row).

Inputs and first values are numbers that single precision holds exactly, so that both precisions
start alike. Keras computes in double on TensorFlow only. Run it in a virtual environment outside of the repository:
    python3 -m venv /tmp/reference && /tmp/reference/bin/pip install tensorflow-cpu
    /tmp/reference/bin/python tests/reference/make_reference.py
"""
import csv
import json
import os
import struct

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.python.ops import math_ops  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS, BATCH, STEPS = 37, 8, 10
keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")
# The losses and optimizers hold probabilities this far from 0 and 1; ours need not. No probability of
# these models comes near it.
keras.config.set_epsilon(1e-7)

# TensorFlow rounds a Python number to single precision when it turns it into a tensor (0.9 becomes
# 0.89999998), also on its way to a double. Numbers go straight to double here.
plain_cast, plain_convert = math_ops.cast, tf.convert_to_tensor


def exact_cast(x, dtype, name=None):
    return tf.constant(x, dtype, name=name) if isinstance(x, float) else plain_cast(x, dtype, name)


def exact_convert(value, dtype=None, *args, **kwargs):
    if isinstance(value, float) and dtype is None:
        dtype = tf.float64
    return plain_convert(value, dtype, *args, **kwargs)


tf.cast = math_ops.cast = exact_cast
tf.convert_to_tensor = exact_convert


def single(array):
    """The nearest numbers that single precision holds, in double."""
    return np.asarray(array, dtype=np.float32).astype(np.float64)


def write_safetensors(name, tensors, kind="F64"):
    header, blobs, offset = {}, [], 0
    for path in sorted(tensors):
        array = np.ascontiguousarray(np.asarray(tensors[path], {"F64": "<f8", "F32": "<f4"}[kind]))
        if np.ndim(tensors[path]) == 0:
            array = array.reshape(())
        header[path] = {"dtype": kind, "shape": list(array.shape),
                        "data_offsets": [offset, offset + array.nbytes]}
        blobs.append(array.tobytes())
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def write_csv(name, header, rows):
    with open(os.path.join(HERE, name), "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([[repr(float(v)) if isinstance(v, float) else v for v in row]
                          for row in rows])


def number(tensor):
    return float(np.asarray(tensor))


class Reference:
    """A Keras model with its loss and optimizer, and our path for each of its variables."""

    def __init__(self, name, model, paths, loss, optimizer, penalty=None, weights=(), shapes=(),
                 initial_kind="F64"):
        self.name, self.model, self.loss, self.optimizer = name, model, loss, optimizer
        self.paths = paths  # our path -> Keras variable
        self.penalty = penalty  # of one weight
        self.weights = weights  # the paths it is added for
        self.shapes = dict(shapes)  # our shape of a path, where Keras has another
        self.initial_kind = initial_kind  # F32 holds first values, too, in half the bytes

    def penalties(self):
        if self.penalty is None:
            return tf.zeros((), dtype=tf.float64)
        return tf.add_n([self.penalty(self.paths[path].value) for path in self.weights])

    def values(self):
        return {path: v.value.numpy() for path, v in self.paths.items()}

    def ours(self, tensors):
        """In our shapes; the order of the elements is the same."""
        arrays = {path: np.array(tensor) for path, tensor in tensors.items()}
        return {path: array.reshape(self.shapes.get(path, array.shape))
                for path, array in arrays.items()}

    def gradients(self, inputs, targets):
        """(loss, penalty, gradients by path) of a training step; states advance."""
        trainable = {path: v.value for path, v in self.paths.items() if v.trainable}
        with tf.GradientTape() as tape:
            loss = self.loss(targets, self.model(inputs, training=True))
            penalty = self.penalties()
            objective = loss + penalty
        found = tape.gradient(objective, trainable)
        found = {path: tf.convert_to_tensor(gradient) for path, gradient in found.items()}
        return number(loss), number(penalty), found

    def write(self, inputs, targets, generator):
        # First values: Keras's own draws for the matrices, something else than 0 and 1 for the rest.
        for path, variable in self.paths.items():
            old = variable.value.numpy()
            if "usual" not in path and np.ndim(old) == 1:
                old = old + generator.uniform(-0.2, 0.2, old.shape)
            variable.assign(single(old))
        initial = self.values()
        write_safetensors(f"{self.name}.initial.safetensors", self.ours(initial),
                          self.initial_kind)

        expected = {}
        output = self.model(inputs, training=False)
        expected["output"] = np.array(output)
        expected["evaluate_loss"] = number(self.loss(targets, output))
        first = [part[:BATCH] for part in inputs] if isinstance(inputs, list) else inputs[:BATCH]
        loss, penalty, gradients = self.gradients(first, targets[:BATCH])
        expected["loss"], expected["penalty"] = loss, penalty
        for path, gradient in self.ours(gradients).items():
            expected[f"gradient.{path}"] = gradient

        for path, variable in self.paths.items():  # back to the start
            variable.assign(initial[path])
        trainable = [path for path, variable in self.paths.items() if variable.trainable]
        self.optimizer.build([self.paths[path] for path in trainable])
        start = 0
        for _ in range(STEPS):
            end = min(start + BATCH, ROWS)
            part = [p[start:end] for p in inputs] if isinstance(inputs, list) else inputs[start:end]
            _, _, gradients = self.gradients(part, targets[start:end])
            self.optimizer.apply([gradients[path] for path in trainable],
                                 [self.paths[path] for path in trainable])
            start = 0 if end == ROWS else end
        for path, value in self.ours(self.values()).items():
            expected[f"after_10.{path}"] = value
        write_safetensors(f"{self.name}.expected.safetensors", expected)
        print(f"{self.name}: loss {loss:.6f}, penalty {penalty:.6f}, {len(gradients)} gradients")


def dense_paths(**layers):
    paths = {}
    for name, layer in layers.items():
        paths[f"{name}.w"] = layer.kernel
        if layer.use_bias:
            paths[f"{name}.b"] = layer.bias
    return paths


def norm_paths(**layers):
    paths = {}
    for name, layer in layers.items():
        paths[f"{name}.scale"], paths[f"{name}.shift"] = layer.gamma, layer.beta
        if isinstance(layer, keras.layers.BatchNormalization):
            paths[f"{name}.usual_mean"] = layer.moving_mean
            paths[f"{name}.usual_variance"] = layer.moving_variance
    return paths


L = keras.layers


def mlp():
    generator = np.random.default_rng(11)
    x = single(generator.normal(size=(ROWS, 13)))
    kind = generator.integers(0, 5, ROWS)
    write_csv("mlp.csv", [f"x{i}" for i in range(13)] + ["kind"],
              [[*map(float, row), int(k)] for row, k in zip(x, kind)])
    a, b, c = L.Dense(17, "relu"), L.Dense(9, "tanh"), L.Dense(5, "softmax")
    inputs = keras.Input((13,))
    model = keras.Model(inputs, c(b(a(inputs))))
    Reference("mlp", model, dense_paths(dense=a, dense_2=b, dense_3=c),
              keras.losses.SparseCategoricalCrossentropy(), keras.optimizers.Adam(0.01)
              ).write(x, kind, generator)


def batchnorm():
    generator = np.random.default_rng(12)
    x = single(generator.normal(0.5, 2, size=(ROWS, 7)))
    kind = generator.integers(0, 3, ROWS)
    write_csv("batchnorm.csv", [f"x{i}" for i in range(7)] + ["kind"],
              [[*map(float, row), int(k)] for row, k in zip(x, kind)])
    a, b, c = L.Dense(12, use_bias=False), L.Dense(6, use_bias=False), L.Dense(3, "softmax")
    n, m = L.BatchNormalization(), L.BatchNormalization(momentum=0.9, epsilon=1e-5)
    inputs = keras.Input((7,))
    h = L.Activation("relu")(n(a(inputs)))
    h = L.Activation("silu")(m(b(h)))
    model = keras.Model(inputs, c(h))
    paths = dense_paths(dense=a, dense_2=b, dense_3=c) | norm_paths(batchnorm=n, batchnorm_2=m)
    Reference("batchnorm", model, paths, keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
              keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)
              ).write(x, np.eye(3)[kind], generator)


def regression():
    generator = np.random.default_rng(13)
    x = single(generator.normal(size=(ROWS, 5)))
    y = single(generator.normal(2, 3, size=(ROWS, 2)))
    write_csv("regression.csv", [f"x{i}" for i in range(5)] + ["y[0]", "y[1]"],
              [[*map(float, row), *map(float, t)] for row, t in zip(x, y)])
    a, b, c = L.Dense(11, "gelu"), L.Dense(7, "gelu"), L.Dense(2)
    inputs = keras.Input((5,))
    model = keras.Model(inputs, c(b(a(inputs))))
    Reference("regression", model, dense_paths(dense=a, dense_2=b, dense_3=c),
              keras.losses.MeanSquaredError(), keras.optimizers.RMSprop(0.005),
              keras.regularizers.L2(0.01), ("dense.w", "dense_2.w", "dense_3.w")
              ).write(x, y, generator)


def residual():
    generator = np.random.default_rng(14)
    x = single(generator.normal(size=(ROWS, 8)))
    kind = generator.integers(0, 4, ROWS)
    write_csv("residual.csv", [f"x{i}" for i in range(8)] + ["kind"],
              [[*map(float, row), int(k)] for row, k in zip(x, kind)])
    a, shared, c = L.Dense(10, "tanh"), L.Dense(10, "silu"), L.Dense(4, "softmax")
    n = [L.LayerNormalization(), L.LayerNormalization(), L.LayerNormalization(epsilon=1e-5)]
    inputs = keras.Input((8,))
    h = a(inputs)
    h = h + shared(n[0](h))
    h = h + shared(n[1](h))
    model = keras.Model(inputs, c(n[2](h)))
    paths = dense_paths(dense=a, shared=shared, dense_2=c) | norm_paths(
        layernorm=n[0], layernorm_2=n[1], layernorm_3=n[2])
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.1)
    optimizer.exclude_from_weight_decay(
        var_list=[v for path, v in paths.items() if not path.endswith(".w")])
    Reference("residual", model, paths, keras.losses.SparseCategoricalCrossentropy(), optimizer
              ).write(x, kind, generator)


def words():
    generator = np.random.default_rng(15)
    word = generator.integers(0, 6, ROWS)
    x = single(generator.normal(size=(ROWS, 4)))
    yes = generator.integers(0, 2, ROWS)
    write_csv("words.csv", ["word"] + [f"x{i}" for i in range(4)] + ["yes"],
              [[int(w), *map(float, row), int(t)] for w, row, t in zip(word, x, yes)])
    table, a, slope, c = L.Embedding(6, 3), L.Dense(9), L.PReLU(), L.Dense(1, "sigmoid")
    inputs = [keras.Input((), dtype="int64"), keras.Input((4,))]
    h = L.Concatenate()([table(inputs[0]), inputs[1]])
    model = keras.Model(inputs, c(L.Dropout(0.0)(slope(a(h)))))
    paths = {"embedding.table": table.embeddings} | dense_paths(dense=a, dense_2=c)
    paths["dense.prelu.slope"] = slope.alpha
    Reference("words", model, paths, keras.losses.BinaryCrossentropy(),
              keras.optimizers.Adagrad(0.05), keras.regularizers.L1(0.001),
              ("embedding.table", "dense.w", "dense_2.w")
              ).write([word, x],
                      yes[:, None].astype(np.float64), generator)


def two_moons():
    """formula.nn and keras.nn of examples/ from the same weights."""
    generator = np.random.default_rng(41)
    with open(os.path.join(HERE, "../../examples/data/two_moons.csv"), encoding="ascii") as file:
        rows = list(csv.reader(file))[1:]
    x = np.array([[float(row[0]), float(row[1])] for row in rows])
    layers = [L.Dense(3, "relu"), L.Dense(3, "relu"), L.Dense(1, "sigmoid")]
    model = keras.Sequential([keras.Input((2,)), *layers])
    formula, ours = {}, {}
    for i, layer in enumerate(layers):
        layer.kernel.assign(single(generator.uniform(-2, 2, layer.kernel.shape)))
        layer.bias.assign(single(generator.uniform(-0.3, 0.3, layer.bias.shape)))
        step = "dense" if i == 0 else f"dense_{i + 1}"
        for letter, variable in (("w", layer.kernel), ("b", layer.bias)):
            value = variable.value.numpy()
            formula[f"{letter}{i + 1}"] = ours[f"{step}.{letter}"] = value
    write_safetensors("two_moons.formula.safetensors", formula)
    write_safetensors("two_moons.keras.safetensors", ours)
    output = np.array(model(x))
    write_safetensors("two_moons.expected.safetensors", {"output": output})
    print(f"two_moons: outputs from {output.min():.3f} to {output.max():.3f}")


if __name__ == "__main__":
    keras.utils.set_random_seed(1)
    print("Keras", keras.__version__, "on TensorFlow", tf.__version__)
    for make in (mlp, batchnorm, regression, residual, words, two_moons):
        make()
