/* math_random.h: counter-based random numbers (Philox4x32-10), written once over MathBuilder.
 *
 * J. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011. No state exists: a
 * draw is a function of where it stands.
 *
 *   counter word 0: index of the element inside the sample's (or tensor's) draw, divided by 4
 *   counter word 1: sample index in the epoch's order (0 for draws without a sample axis)
 *   counter word 2: step (0 outside training)
 *   counter word 3: stream, the ordinal of the draw in the elaboration
 *   key word 0, 1:  low and high half of the 64-bit seed
 *
 * Element e takes word e % 4 of the block. A uniform draw is that word's upper 24 bits / 2^24, the
 * same value in f32 and f64. A normal draw takes words in pairs (elements 4k, 4k+1 from words 0, 1;
 * 4k+2, 4k+3 from words 2, 3) by Box-Muller: radius from the first word, angle from the second;
 * the even element is the cosine, the odd one the sine.
 *
 * Words are integers of the builder (in f64 builders: 64-bit integers with upper half zero).
 */
#ifndef NNC_MATH_MATH_RANDOM_H
#define NNC_MATH_MATH_RANDOM_H

#include "math/math_builder.h"

/* The ten rounds: four words for each counter. */
void math_philox(MathBuilder *builder, const MathValue counter[4], const MathValue key[2],
                 MathValue words[4]);

/* [0, 1): (word >> 8) * 2^-24. */
MathValue math_uniform(MathBuilder *builder, MathValue word);
/* Two standard normal draws from two words; |draw| <= 5.77. */
void math_normal_pair(MathBuilder *builder, MathValue word0, MathValue word1, MathValue draws[2]);

/* Where a draw stands; `element` is filled by the calls below. */
typedef struct MathStream {
    MathValue key[2];
    MathValue sample, step, stream;
} MathStream;

/* Draws for four elements in a row: lane l of draws[w] is element 4 * block[l] + w. The cheap form
 * for long rows: all four words are used. */
void math_uniform_block(MathBuilder *builder, const MathStream *at, MathValue block,
                        MathValue draws[4]);
void math_normal_block(MathBuilder *builder, const MathStream *at, MathValue block,
                       MathValue draws[4]);
/* One draw for each lane's element: the same values, four times the work. */
MathValue math_uniform_element(MathBuilder *builder, const MathStream *at, MathValue element);
MathValue math_normal_element(MathBuilder *builder, const MathStream *at, MathValue element);

#endif
