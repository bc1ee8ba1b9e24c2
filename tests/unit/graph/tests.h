/* tests.h: the tests of compiler/graph, one file a subject; main.c lists them. */
#ifndef NNC_TESTS_GRAPH_TESTS_H
#define NNC_TESTS_GRAPH_TESTS_H

void every_operation_is_sampled(void);
void every_operation_prints_and_reads(void);
void every_operation_verifies(void);

void elementwise_values(void);
void product_values(void);
void reduction_values(void);
void movement_values(void);
void indexing_values(void);
void resample_values(void);
void draws_are_philox(void);

void convolution_values(void);
void convolution_derivative_values(void);
void pool_values(void);
void bad_windows_give_words(void);

void logarithms_are_stable(void);
void logarithms_see_through_movement(void);
void quotients_are_sigmoid_and_softmax(void);
void other_formulas_stay(void);

void equal_nodes_are_one(void);
void bad_types_give_words(void);
void shapes_broadcast(void);
void training_chooses(void);
void views_of_a_model(void);
void bad_texts_give_words(void);
void wrong_graphs_are_found(void);

#endif
