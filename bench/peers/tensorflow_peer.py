"""TensorFlow with Keras 3: a tf.function step; {"xla": true} compiles it with XLA."""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402
from protocol import serve, settings  # noqa: E402

given = settings()
tf.config.threading.set_intra_op_parallelism_threads(given["threads"])
tf.config.threading.set_inter_op_parallelism_threads(1)
tf.random.set_seed(1)
sizes = given["sizes"]
layers = [keras.Input((sizes[0],))]
for i in range(1, len(sizes)):
    layers.append(keras.layers.Dense(sizes[i], activation="relu" if i + 1 < len(sizes) else None))
model = keras.Sequential(layers)
optimizer = keras.optimizers.Adam(1e-3)
optimizer.build(model.trainable_variables)
x = tf.random.uniform((given["batch"], sizes[0]))
y = tf.random.uniform((given["batch"],), maxval=sizes[-1], dtype=tf.int32)


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


serve(step, 1, "TensorFlow %s, Keras %s%s" % (tf.__version__, keras.__version__,
                                              ", XLA" if given.get("xla") else ""))
