/* nn.y: the grammar: tokens to syntax tree.
 *
 * The rules are those of docs/language.md. lines.c has put a statement end (END) behind every item,
 * statement and setting, so each has one rule. Chains grow a list node. An error skips to the next
 * statement end (parse_state.c says how far that is), so that all errors of a file are found in one
 * run; their words are made in syntax_error.c. Locations are byte ranges.
 */
%require "3.8"
%expect 0
%define api.pure full
%define api.prefix {nn_}
%define api.token.prefix {TOKEN_}
%define api.location.type {SourceRange}
%define api.header.include {"nn.tab.h"}
%define parse.error custom
%define parse.lac full
%locations
%param { ParseState *parse }

%code requires {
#include "ast/ast.h"

typedef struct ParseState ParseState;
#define NN_LTYPE_IS_DECLARED 1
}

%code provides {
/* The kinds of tokens, under the name that the rest of the compiler uses. */
typedef enum nn_tokentype TokenKind;
}

%code {
#include "grammar/parse_state.h"

#define YYLLOC_DEFAULT(Current, Right, Count)                                                      \
    ((Current) = (Count) ? source_join(YYRHSLOC(Right, 1), YYRHSLOC(Right, Count))                 \
                         : parse_after(YYRHSLOC(Right, 0)))
#define BUILD (&parse->builder)

/* Called by Bison only when its stack is full. */
static void yyerror(const SourceRange *range, ParseState *parse, const char *message) {
    (void)message;
    parse_too_deep(parse, *range);
}
}

%union {
    Name name;
    double number;
    const char *text;
    Expr *expr;
    ExprList exprs;
    Arg arg;
    ArgList args;
    Call call;
    Stage *stage;
    Param param;
    ParamList params;
    InputType type;
    Statement *statement;
    Block block;
    Item *item;
    Setting setting;
    SettingList settings;
    Operator operator;
    FunctionKind function_kind;
    ItemKind item_kind;
    StatementKind statement_kind;
}

%token <name> NAME "name"
%token <number> NUMBER "number"
%token <text> TEXT "text"
%token END "end of statement"
%token COMMENT "comment" INVALID "invalid"

%token IF "if" THEN "then" ELSE "else" FOR "for" IN "in" REPEAT "repeat" RETURN "return"
%token AND "and" OR "or" NOT "not" TRUE "true" FALSE "false" TRAINING "training"

%token MODEL "model" DATA "data" TRAIN "train" INCLUDE "include" CONST "const" HYPER "hyper"
%token ACTIVATION "activation" LAYER "layer" LOSS "loss" METRIC "metric"
%token REGULARIZER "regularizer" OPTIMIZER "optimizer" SCHEDULE "schedule"
%token INITIALIZER "initializer"
%token INPUT "input" TARGET "target" OUTPUT "output" PARAM "param" STATE "state"
%token REGULARIZE "regularize" REQUIRE "require"

%token ARROW "->" ASSIGN "<-" BIND "=" TILDE "~" COLON ":" COMMA ","
%token EQUAL "==" NOT_EQUAL "!=" LESS "<" LESS_EQUAL "<=" GREATER ">" GREATER_EQUAL ">="
%token PLUS "+" MINUS "-" TIMES "*" DIVIDE "/" MATMUL "@" POWER "^"
%token LEFT_PARENTHESIS "(" RIGHT_PARENTHESIS ")" LEFT_BRACKET "[" RIGHT_BRACKET "]"
%token LEFT_BRACE "{" RIGHT_BRACE "}"

%type <item> item
%type <item_kind> value_item settings_item
%type <function_kind> function_kind
%type <params> params param_list
%type <param> param
%type <block> block statements
%type <statement> statement
%type <statement_kind> input_or_target loss_or_metric
%type <settings> settings setting_list
%type <setting> setting
%type <type> type
%type <expr> shape expr pipe any all negation comparison sum product prefix power exponent value atom
%type <operator> compare add multiply
%type <stage> stage
%type <call> call
%type <exprs> exprs expr_list
%type <args> args arg_list
%type <arg> arg

%%

file: items ;

items:
    %empty
  | items item END              { parse_add_item(parse, $item); }
  | items error END             { yyerrok; }
  ;

item:
    INCLUDE TEXT
        { $$ = ast_item(BUILD, (Item){ITEM_INCLUDE, .range = @$, .keyword = @1,
                                      .path = {$TEXT, @TEXT}}); }
  | value_item NAME "=" expr
        { $$ = ast_item(BUILD, (Item){$value_item, .range = @$, .keyword = @1, .name = $NAME,
                                      .value = $expr}); }
  | function_kind NAME "(" params ")" "=" expr
        { $$ = ast_item(BUILD, (Item){ITEM_FUNCTION, .range = @$, .keyword = @1, .name = $NAME,
                                      .function_kind = $1, .params = $params, .value = $expr}); }
  | function_kind NAME "(" params ")"[close] block
        { $$ = ast_item(BUILD, (Item){ITEM_FUNCTION, .range = source_join(@1, @close),
                                      .keyword = @1, .name = $NAME, .function_kind = $1,
                                      .params = $params, .has_body = true, .body = $block}); }
  | MODEL NAME block
        { $$ = ast_item(BUILD, (Item){ITEM_MODEL, .range = source_join(@1, @NAME), .keyword = @1,
                                      .name = $NAME, .body = $block}); }
  | settings_item settings
        { $$ = ast_item(BUILD, (Item){$1, .range = @1, .keyword = @1, .settings = $settings}); }
  ;

value_item:
    "const"                     { $$ = ITEM_CONST; }
  | "hyper"                     { $$ = ITEM_HYPER; }
  ;

settings_item:
    "data"                      { $$ = ITEM_DATA; }
  | "train"                     { $$ = ITEM_TRAIN; }
  ;

function_kind:
    "activation"                { $$ = FUNCTION_ACTIVATION; }
  | "layer"                     { $$ = FUNCTION_LAYER; }
  | "loss"                      { $$ = FUNCTION_LOSS; }
  | "metric"                    { $$ = FUNCTION_METRIC; }
  | "regularizer"               { $$ = FUNCTION_REGULARIZER; }
  | "optimizer"                 { $$ = FUNCTION_OPTIMIZER; }
  | "schedule"                  { $$ = FUNCTION_SCHEDULE; }
  | "initializer"               { $$ = FUNCTION_INITIALIZER; }
  ;

params: %empty { $$ = (ParamList){0}; } | param_list | param_list "," ;

param_list:
    param                       { $$ = parse_params(parse, (ParamList){0}, $1); }
  | param_list "," param        { $$ = parse_params(parse, $1, $3); }
  ;

param:
    NAME                        { $$ = (Param){.name = $1, .range = @$}; }
  | NAME "=" expr               { $$ = (Param){.name = $1, .default_value = $3, .range = @$}; }
  ;

settings:
    "{" setting_list "}"        { $$ = $2; }
  ;

setting_list:
    %empty                      { $$ = (SettingList){0}; }
  | setting_list setting END    { $$ = parse_settings(parse, $1, $2); }
  | setting_list error END      { $$ = $1; yyerrok; }
  ;

setting:
    NAME "=" expr               { $$ = (Setting){.name = $1, .value = $3, .range = @$}; }
  ;

block:
    "{" statements "}"          { $$ = $2; $$.range = @$; }
  ;

statements:
    %empty                      { $$ = (Block){0}; }
  | statements statement END    { $$ = parse_block(parse, $1, $2); }
  | statements error END        { $$ = $1; yyerrok; }
  ;

statement:
    NAME "=" expr
        { $$ = ast_statement(BUILD, (Statement){STATEMENT_BIND, .range = @$, .keyword = @2,
                                                .name = $NAME, .value = $expr}); }
  | NAME "<-" expr
        { $$ = ast_statement(BUILD, (Statement){STATEMENT_ASSIGN, .range = @$, .keyword = @2,
                                                .name = $NAME, .value = $expr}); }
  | input_or_target NAME ":" type
        { $$ = ast_statement(BUILD, (Statement){$1, .range = @$, .keyword = @1, .name = $NAME,
                                                .type = $type}); }
  | OUTPUT NAME "=" expr
        { $$ = ast_statement(BUILD, (Statement){STATEMENT_OUTPUT, .range = @$, .keyword = @1,
                                                .name = $NAME, .value = $expr}); }
  | PARAM NAME shape "=" expr
        { $$ = ast_statement(BUILD, (Statement){STATEMENT_PARAM, .range = @$, .keyword = @1,
                                                .name = $NAME, .shape = $shape, .value = $expr}); }
  | PARAM NAME shape "~" stage
        { $$ = ast_statement(BUILD, (Statement){STATEMENT_PARAM, .range = @$, .keyword = @1,
                                                .name = $NAME, .shape = $shape, .stage = $stage}); }
  | STATE NAME shape "=" expr
        { $$ = ast_statement(BUILD, (Statement){STATEMENT_STATE, .range = @$, .keyword = @1,
                                                .name = $NAME, .shape = $shape, .value = $expr}); }
  | loss_or_metric expr
        { $$ = ast_statement(BUILD, (Statement){$1, .range = @$, .keyword = @1,
                                                .value = $expr}); }
  | REGULARIZE stage
        { $$ = ast_statement(BUILD, (Statement){STATEMENT_REGULARIZE, .range = @$, .keyword = @1,
                                                .stage = $stage}); }
  | REQUIRE expr "," exprs
        { $$ = ast_statement(BUILD, (Statement){STATEMENT_REQUIRE, .range = @$, .keyword = @1,
                                                .value = $expr, .message = $exprs}); }
  | FOR NAME IN expr block
        { $$ = ast_statement(BUILD, (Statement){STATEMENT_FOR, .range = source_join(@1, @expr),
                                                .keyword = @1, .name = $NAME, .value = $expr,
                                                .body = $block}); }
  | RETURN expr
        { $$ = ast_statement(BUILD, (Statement){STATEMENT_RETURN, .range = @$, .keyword = @1,
                                                .value = $expr}); }
  ;

input_or_target:
    "input"                     { $$ = STATEMENT_INPUT; }
  | "target"                    { $$ = STATEMENT_TARGET; }
  ;

loss_or_metric:
    "loss"                      { $$ = STATEMENT_LOSS; }
  | "metric"                    { $$ = STATEMENT_METRIC; }
  ;

shape:
    %empty                      { $$ = NULL; }
  | ":" expr                    { $$ = $2; }
  ;

type:
    NAME                        { $$ = (InputType){.name = $1, .range = @$}; }
  | NAME "[" exprs "]"          { $$ = (InputType){.name = $1, .sizes = $exprs, .range = @$}; }
  ;

expr:
    pipe
  | "if" expr[condition] "then" expr[yes] "else" expr[no]
                                { $$ = ast_if(BUILD, @$, $condition, $yes, $no); }
  ;

pipe:
    any
  | pipe "->" stage             { $$ = ast_pipe(BUILD, @$, $1, $3); }
  ;

stage:
    call                        { $$ = ast_stage(BUILD, $1); }
  | "repeat" any stage          { $$ = ast_repeat(BUILD, @$, $2, $3); }
  ;

any:
    all
  | any "or" all                { $$ = ast_chain(BUILD, @$, $1, OPERATOR_OR, @2, $3); }
  ;

all:
    negation
  | all "and" negation          { $$ = ast_chain(BUILD, @$, $1, OPERATOR_AND, @2, $3); }
  ;

negation:
    comparison
  | "not" negation              { $$ = ast_unary(BUILD, @$, OPERATOR_NOT, $2); }
  ;

comparison:
    sum
  | sum compare sum             { $$ = ast_comparison(BUILD, @$, $1, $2, @2, $3); }
  ;

sum:
    product
  | sum add product             { $$ = ast_chain(BUILD, @$, $1, $2, @2, $3); }
  ;

product:
    prefix
  | product multiply prefix     { $$ = ast_chain(BUILD, @$, $1, $2, @2, $3); }
  ;

prefix:
    power
  | "-" prefix                  { $$ = ast_unary(BUILD, @$, OPERATOR_NEGATE, $2); }
  ;

power:
    value
  | value "^" exponent          { $$ = ast_power(BUILD, @$, $1, @2, $3); }
  ;

exponent:
    power
  | "-" exponent                { $$ = ast_unary(BUILD, @$, OPERATOR_NEGATE, $2); }
  ;

compare:
    "=="                        { $$ = OPERATOR_EQUAL; }
  | "!="                        { $$ = OPERATOR_NOT_EQUAL; }
  | "<"                         { $$ = OPERATOR_LESS; }
  | "<="                        { $$ = OPERATOR_LESS_EQUAL; }
  | ">"                         { $$ = OPERATOR_GREATER; }
  | ">="                        { $$ = OPERATOR_GREATER_EQUAL; }
  ;

add:
    "+"                         { $$ = OPERATOR_ADD; }
  | "-"                         { $$ = OPERATOR_SUBTRACT; }
  ;

multiply:
    "*"                         { $$ = OPERATOR_MULTIPLY; }
  | "/"                         { $$ = OPERATOR_DIVIDE; }
  | "@"                         { $$ = OPERATOR_MATMUL; }
  ;

value:
    atom
  | value "[" exprs "]"         { $$ = ast_index(BUILD, @$, $1, $3); }
  ;

atom:
    NUMBER                      { $$ = ast_number(BUILD, @$, $1); }
  | TEXT                        { $$ = ast_text(BUILD, @$, $1); }
  | "true"                      { $$ = ast_boolean(BUILD, @$, true); }
  | "false"                     { $$ = ast_boolean(BUILD, @$, false); }
  | "training"                  { $$ = ast_training(BUILD, @$); }
  | call                        { $$ = parse_call(parse, $1); }
  | "(" expr ")"                { $$ = ast_parentheses(BUILD, @$, $2); }
  | "[" "]"                     { $$ = ast_list(BUILD, @$, (ExprList){0}); }
  | "[" exprs "]"               { $$ = ast_list(BUILD, @$, $2); }
  ;

call:
    NAME                        { $$ = (Call){.name = $1, .range = @$}; }
  | NAME "(" args ")"           { $$ = (Call){$1, true, $args, @$}; }
  ;

exprs: expr_list | expr_list "," ;

expr_list:
    expr                        { $$ = parse_exprs(parse, (ExprList){0}, $1); }
  | expr_list "," expr          { $$ = parse_exprs(parse, $1, $3); }
  ;

args: %empty { $$ = (ArgList){0}; } | arg_list | arg_list "," ;

arg_list:
    arg                         { $$ = parse_args(parse, (ArgList){0}, $1); }
  | arg_list "," arg            { $$ = parse_args(parse, $1, $3); }
  ;

arg:
    expr                        { $$ = (Arg){.value = $1, .range = @$}; }
  | NAME "=" expr               { $$ = (Arg){.name = $1, .value = $3, .range = @$}; }
  ;

%%

const char *token_name(int kind) {
    return yysymbol_name(YYTRANSLATE(kind));
}

/* Bison knows symbols; the messages are made from kinds of tokens. */
static int yyreport_syntax_error(const yypcontext_t *context, ParseState *parse) {
    yysymbol_kind_t symbols[YYNTOKENS];
    SyntaxError error = {.range = *yypcontext_location(context)};
    int count = yypcontext_expected_tokens(context, symbols, YYNTOKENS);
    for (int kind = TOKEN_NN_UNDEF; kind <= TOKEN_RIGHT_BRACE; kind++) {
        if (YYTRANSLATE(kind) == yypcontext_token(context)) error.unexpected = kind;
        for (int i = 0; i < count; i++)
            if (YYTRANSLATE(kind) == symbols[i]) error.expected[kind - TOKEN_NN_UNDEF] = true;
    }
    if (yypcontext_token(context) == YYSYMBOL_YYEOF) error.unexpected = TOKEN_YYEOF;
    parse_syntax_error(parse, &error);
    return 0;
}
