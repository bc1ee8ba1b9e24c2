#!/usr/bin/env python3
"""make_images.py: what Keras 3 computes for the convolutional models of this folder.

Like make_reference.py, which says what the files hold, but the rows are NumPy files, NAME.x.npy (bytes
for pictures, divided by 255) and NAME.y.npy, and first values are stored in single precision.
"""
import os

import make_reference as reference
from make_reference import HERE, L, ROWS, Reference, dense_paths, keras, norm_paths, np, single, tf


def conv_paths(**layers):
    paths = {}
    for name, layer in layers.items():
        paths[f"{name}.w"] = layer.kernel
        if layer.use_bias:
            paths[f"{name}.b"] = layer.bias
    return paths


def write_rows(name, x, y):
    np.save(os.path.join(HERE, f"{name}.x.npy"), x)
    np.save(os.path.join(HERE, f"{name}.y.npy"), y)


def pictures(generator, name, shape, classes):
    """Smooth random pictures and their classes: (numbers 0..1, classes)."""
    x = generator.normal(size=(ROWS, *shape))
    for axis in (1, 2):
        x = x + 0.5 * np.roll(x, 1, axis)
    x = np.clip(128 + 50 * x, 0, 255).astype(np.uint8)
    y = generator.integers(0, classes, ROWS).astype(np.uint8)
    write_rows(name, x, y)
    return x / 255.0, y.astype(np.int64)


def same(filters, kernel, **options):
    return L.Conv2D(filters, kernel, padding="same", **options)


def write(name, inputs, output, paths, loss, optimizer, x, y, generator, **options):
    Reference(name, keras.Model(inputs, output), paths, loss, optimizer, initial_kind="F32",
              **options).write(x, y, generator)


def lenet():
    generator = np.random.default_rng(51)
    x, y = pictures(generator, "lenet", (12, 12, 1), 10)
    c1, c2 = same(4, 5, activation="tanh"), L.Conv2D(6, 3, activation="tanh")
    d1, d2, d3 = L.Dense(16, "tanh"), L.Dense(12, "tanh"), L.Dense(10, "softmax")
    inputs = keras.Input((12, 12, 1))
    h = L.AveragePooling2D(2)(c2(L.AveragePooling2D(2)(c1(inputs))))
    output = d3(d2(d1(L.Flatten()(h))))
    paths = conv_paths(conv=c1, conv_2=c2) | dense_paths(dense=d1, dense_2=d2, dense_3=d3)
    write("lenet", inputs, output, paths, keras.losses.SparseCategoricalCrossentropy(),
          keras.optimizers.SGD(0.1), x, y, generator)


def vgg():
    generator = np.random.default_rng(52)
    x, y = pictures(generator, "vgg", (8, 8, 3), 5)
    convs = [same(f, 3, use_bias=False) for f in (4, 4, 8)]
    norms = [L.BatchNormalization() for _ in convs]
    d1, d2 = L.Dense(10, "relu"), L.Dense(5, "softmax")
    inputs = h = keras.Input((8, 8, 3))
    for i, (conv, norm) in enumerate(zip(convs, norms)):
        h = L.ReLU()(norm(conv(h)))
        if i > 0:
            h = L.MaxPooling2D(2)(h)
    output = d2(d1(L.Flatten()(h)))
    paths = conv_paths(conv=convs[0], conv_2=convs[1], conv_3=convs[2])
    paths |= norm_paths(batchnorm=norms[0], batchnorm_2=norms[1], batchnorm_3=norms[2])
    paths |= dense_paths(dense=d1, dense_2=d2)
    weights = [path for path in paths if path.endswith(".w")]
    write("vgg", inputs, output, paths, keras.losses.SparseCategoricalCrossentropy(),
          keras.optimizers.SGD(0.05, momentum=0.9), x, y, generator,
          penalty=keras.regularizers.L2(5e-4), weights=weights)


def resnet8():
    generator = np.random.default_rng(53)
    x, y = pictures(generator, "resnet8", (8, 8, 3), 5)
    paths = {}

    def conv_norm(prefix, number, h, filters, kernel, stride):
        suffix = f"_{number}" if number > 1 else ""
        conv = same(filters, kernel, strides=stride, use_bias=False)
        norm = L.BatchNormalization()
        h = norm(conv(h))
        paths.update(conv_paths(**{f"{prefix}conv{suffix}": conv}))
        paths.update(norm_paths(**{f"{prefix}batchnorm{suffix}": norm}))
        return h

    inputs = keras.Input((8, 8, 3))
    h = L.ReLU()(conv_norm("", 1, inputs, 3, 3, 1))
    for i, filters in enumerate((3, 6, 9)):
        prefix = f"residual_{i + 1}." if i else "residual."
        stride = 2 if i else 1
        inner = L.ReLU()(conv_norm(prefix, 1, h, filters, 3, stride))
        inner = conv_norm(prefix, 2, inner, filters, 3, 1)
        shortcut = conv_norm(prefix, 3, h, filters, 1, stride) if i else h
        h = L.ReLU()(inner + shortcut)
    last = L.Dense(5, "softmax")
    output = last(L.GlobalAveragePooling2D()(h))
    paths |= dense_paths(dense=last)
    write("resnet8", inputs, output, paths, keras.losses.SparseCategoricalCrossentropy(),
          keras.optimizers.SGD(0.1, momentum=0.9), x, y, generator)


def mix():
    generator = np.random.default_rng(54)
    x, y = pictures(generator, "mix", (9, 7, 4), 4)
    grouped = same(6, (3, 2), groups=2, activation="gelu")
    depthwise = L.DepthwiseConv2D(3, strides=2, depth_multiplier=2, padding="same")
    dilated = same(5, 3, dilation_rate=2, activation="tanh")
    point, wide = L.Conv2D(6, 1, use_bias=False), same(6, (1, 5), strides=(2, 1))
    groups, rows = L.GroupNormalization(3), L.LayerNormalization()
    last = L.Dense(4, "softmax")
    inputs = keras.Input((9, 7, 4))
    h = groups(grouped(inputs))
    h = L.UpSampling2D((1, 2))(dilated(depthwise(h)))
    h = wide(rows(point(h)))
    h = L.Concatenate()([L.MaxPooling2D(3, 1, "same")(h), L.AveragePooling2D((2, 3), 2, "same")(
        L.ZeroPadding2D(((1, 2), (3, 5)))(h))])
    output = last(L.GlobalMaxPooling2D()(h))
    paths = conv_paths(conv=grouped, conv_2=dilated, conv_3=point, conv_4=wide)
    paths |= {"depthwise_conv.conv.w": depthwise.kernel, "depthwise_conv.conv.b": depthwise.bias}
    paths |= norm_paths(groupnorm=groups, layernorm=rows) | dense_paths(dense=last)
    write("mix", inputs, output, paths, keras.losses.SparseCategoricalCrossentropy(),
          keras.optimizers.Adam(0.01), x, y, generator,
          shapes={"depthwise_conv.conv.w": (3, 3, 1, 12)})


def decoder():
    generator = np.random.default_rng(55)
    x = single(generator.normal(size=(ROWS, 6)))
    y = single(generator.uniform(0.1, 0.9, size=(ROWS, 6, 10, 1)))
    write_rows("decoder", x.astype("<f4"), y.astype("<f4"))
    d = L.Dense(16, "relu")
    t1 = L.Conv2DTranspose(5, 3, 2, "same", use_bias=False)
    t2 = L.Conv2DTranspose(4, (3, 4), (1, 2), activation="relu")
    t3 = L.Conv2DTranspose(1, 3, 1, "same")
    norm = L.BatchNormalization()
    inputs = keras.Input((6,))
    h = L.Reshape((2, 2, 4))(d(inputs))
    output = t3(t2(L.ReLU()(norm(t1(h)))))
    paths = dense_paths(dense=d) | norm_paths(batchnorm=norm)
    paths |= conv_paths(conv_transpose=t1, conv_transpose_2=t2, conv_transpose_3=t3)
    write("decoder", inputs, output, paths, keras.losses.MeanSquaredError(),
          keras.optimizers.RMSprop(0.01), x, y, generator)


if __name__ == "__main__":
    keras.utils.set_random_seed(2)
    print("Keras", keras.__version__, "on TensorFlow", tf.__version__)
    for make in (lenet, vgg, resnet8, mix, decoder):
        make()
