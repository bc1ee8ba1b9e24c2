/* report.c: the page as a whole: style, head, figures, settings. See report.h. */

#include "runtime/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* Short, since every program that trains has it. Colours: f text, d dim, l lines, s soft ground,
 * a training and right, c validation, r wrong; w is the ground. */
static const char head[] =
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport "
    "content='width=device-width'><link rel=icon href='data:,'><style>"
    ":root{color-scheme:light dark;--w:#fff;--f:#1c2127;--d:#5a646e;--l:#e3e7eb;--s:#f6f7f9;"
    "--a:#1f62c4;--c:#b5500a;--r:#c0392b}"
    "@media(prefers-color-scheme:dark){:root{--w:#14171b;--f:#e6e9ec;--d:#9ba6b1;--l:#2c323a;"
    "--s:#1b2026;--a:#7fb2ff;--c:#ffb074;--r:#f07a6e}}"
    "body{margin:auto;max-width:66rem;padding:2.5rem 1.25rem;background:var(--w);color:var(--f);"
    "font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word;font-variant-numeric:tabular-nums}"
    "h1,p{margin:0}h2{font-size:1.15rem;margin:3rem 0 1rem;padding-top:1rem;"
    "border-top:1px solid var(--l)}"
    ".dim,small,caption,thead{color:var(--d)}small,caption,.cards p,p.dim{font-size:.875rem}"
    "th,small{font-weight:400}"
    ".tiles{display:flex;flex-wrap:wrap;gap:1rem 2.5rem;margin:1.5rem 0;color:var(--d)}"
    ".tiles b{display:block;font-size:1.75rem;line-height:1.2;color:var(--f)}"
    ".two,.cards{display:grid;align-items:start;gap:1.5rem 2.5rem;"
    "grid-template-columns:repeat(auto-fill,minmax(min(100%,25rem),1fr))}"
    ".cards{gap:1rem;grid-template-columns:repeat(auto-fill,minmax(var(--size,5.5rem),1fr))}"
    ".cards img{width:100%;height:auto;image-rendering:pixelated;border-radius:6px}"
    "figure{margin:0}figcaption,.strong{font-weight:600}svg{display:block}"
    "text{font-size:120px;fill:var(--d)}path{fill:none}.g,.box,.io{stroke:var(--l)}"
    ".g,.w,.best{stroke-width:10}.la{stroke:var(--a)}.lb{stroke:var(--c)}"
    ".la,.lb{stroke-width:20;stroke-linejoin:round;stroke-linecap:round}.ta,.da,.pt{fill:var(--a)}"
    ".tb,.db{fill:var(--c)}.best,.w{stroke:var(--d)}.best{stroke-dasharray:30}.pt{opacity:.6}"
    ".e{text-anchor:end}.m{text-anchor:middle}.net{max-width:30rem}.box{fill:var(--s)}"
    ".io{fill:none}.box,.io{stroke-width:10}.strong{fill:var(--f)}"
    ".scroll{overflow:auto;max-height:36rem;min-width:0}table{border-collapse:collapse}"
    "caption{text-align:left;padding-bottom:.5rem}.list{width:100%}"
    "th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid var(--l)}"
    ".list th:first-child,.kv *{text-align:left}.kv th{color:var(--d)}"
    ".matrix *{text-align:center;border:0}.matrix caption{text-align:left}"
    ".hit{background:color-mix(in srgb,var(--a) var(--v),var(--w))}"
    ".miss{background:color-mix(in srgb,var(--r) var(--v),var(--w))}"
    ".wrong>b,.wrong td:nth-last-child(2) b{color:var(--r)}pre{overflow:auto;font-size:.8125rem}"
    "</style><title>";

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put_head(NnrtPage *page, const NnrtReport *report, const NnrtFigures *figures) {
    const NnrtModel *model = report->training->session.model;
    const NnrtTrainResult *result = &report->training->result;
    nnrt_page_pair(page, head, model->name);
    nnrt_page_pair(page, ": training report</title><body><main><h1>", model->name);
    nnrt_page_whole(page, "</h1><p class=dim>", result->epochs);
    nnrt_page_number(page, result->epochs == 1 ? " epoch in " : " epochs in ",
                     report->training->seconds);
    nnrt_page_whole(page, " s; the weights of epoch ", result->best_epoch);
    nnrt_page_pair(page, " are kept. On the ", report->part);
    nnrt_page_whole(page, " part, ", report->rows.count);
    nnrt_page_number(page, " samples:<div class=tiles><div><b>", figures->loss);
    nnrt_page_put(page, "</b>loss</div>");
    for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++) {
        nnrt_page_number(page, "<div><b>", figures->metrics[i]);
        nnrt_page_pair(page, "</b>", model->metrics[i].name);
        nnrt_page_put(page, "</div>");
    }
    nnrt_page_put(page, "</div>");
}

/* The figures of every part. */
static void put_parts(NnrtPage *page, const NnrtReport *report) {
    NnrtSession *session = &report->training->session;
    const NnrtModel *model = session->model;
    const NnrtData *data = &report->training->data;
    const NnrtRows parts[] = {data->train, data->validation, data->test};
    static const char *const names[] = {"training", "validation", "test"};
    nnrt_page_put(page, "<section id=figures><h2>Figures</h2>");
    nnrt_page_table(page, "list", "of the weights kept");
    nnrt_page_put(page, "<th scope=col>part<th scope=col>samples<th scope=col>loss");
    for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++)
        nnrt_page_pair(page, "<th scope=col>", model->metrics[i].name);
    nnrt_page_put(page, "<tbody>");
    for (int k = 0; k < 3; k++) {
        if (!parts[k].count) continue;
        NnrtFigures figures;
        nnrt_evaluate(session, parts[k], &figures);
        nnrt_page_pair(page, "<tr><th scope=row>", names[k]);
        nnrt_page_whole(page, "<td>", parts[k].count);
        nnrt_page_number(page, "<td>", figures.loss);
        for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++)
            nnrt_page_number(page, "<td>", figures.metrics[i]);
    }
    nnrt_page_put(page, "</table></div></section>");
}

static void put_predictions(NnrtPage *page, const NnrtReport *report,
                            const NnrtFindings *findings) {
    const NnrtRows *all = &report->rows;
    int64_t rows[NNRT_REPORT_SAMPLES], count = NNRT_REPORT_SAMPLES;
    if (findings->confusions.count || findings->point_count) {
        nnrt_page_put(page, "<section id=predictions><h2>Right and wrong</h2>");
        for (int64_t i = 0; i < findings->confusions.count; i++)
            nnrt_report_classes(page, &findings->confusions.items[i]);
        nnrt_page_put(page, "<div class=two>");
        nnrt_report_scatter(page, findings);
        nnrt_page_put(page, "</div></section>");
    }
    if (findings->output < 0) return;
    if (count > all->count) count = all->count;
    for (int64_t i = 0; i < count; i++) { /* from all over: one class may follow the other */
        int64_t at = i * all->count / count;
        rows[i] = all->rows ? all->rows[at] : at;
    }
    nnrt_page_put(page, "<section id=samples><h2>Some samples</h2>");
    nnrt_report_samples(page, report, findings, rows, count);
    nnrt_page_put(page, "</section><section id=worst><h2>Worst mistakes</h2>");
    if (findings->worst_count)
        nnrt_report_samples(page, report, findings, findings->worst, findings->worst_count);
    else
        nnrt_page_put(page, "<p>None.");
    nnrt_page_put(page, "</section>");
}

static void put_key(NnrtPage *page, const char *key, const char *value) {
    nnrt_page_pair(page, "<tr><th scope=row>", key);
    nnrt_page_pair(page, "<td>", value);
}

static void put_whole(NnrtPage *page, const char *key, int64_t value) {
    put_key(page, key, "");
    nnrt_page_whole(page, "", value);
}

/* What the system says of its processor; "" when it says nothing. */
static void put_processor(NnrtPage *page) {
    char line[300];
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "model name", 10) == 0) {
            put_key(page, "processor", line + strcspn(line, ":") + 2);
            break;
        }
    if (file) fclose(file);
}

static void put_settings(NnrtPage *page, const NnrtReport *report) {
    const NnrtTraining *training = report->training;
    const NnrtModel *model = training->session.model;
    const NnrtTrainOptions *train = &training->train;
    nnrt_page_put(page, "<section id=settings><h2>Settings and environment</h2><div class=two>"
                        "<table class=kv>");
    put_key(page, "model", base_name(model->source_path));
    put_key(page, "fingerprint", model->fingerprint);
    put_key(page, "weights", base_name(training->path));
    if (training->options->from) put_key(page, "from", base_name(training->options->from));
    put_key(page, "optimizer", model->optimizer);
    for (int64_t i = 0; i < model->hyper_count; i++) {
        put_key(page, model->hypers[i].name, "");
        nnrt_page_number(page, "", training->options->hypers[i]);
    }
    put_whole(page, "batch", train->batch);
    put_whole(page, "epochs", nnrt_planned_epochs(train, training->data.train.count));
    put_whole(page, "patience", train->patience);
    put_whole(page, "seed", (int64_t)train->seed);
    put_key(page, "shuffle", train->shuffle ? "on" : "off");
    nnrt_page_put(page, "</table><table class=kv>");
    put_key(page, "nnc", NNC_VERSION);
    put_processor(page);
    put_whole(page, "threads", training->options->threads);
    put_key(page, "precision", model->element_bytes == 8 ? "f64" : "f32");
    put_whole(page, "steps", training->result.steps);
    put_key(page, "seconds", "");
    nnrt_page_number(page, "", training->seconds);
    put_whole(page, "samples a second",
              (int64_t)((double)(training->history.epochs * training->data.train.count) /
                        training->seconds));
    char date[32];
    struct timespec now;
    struct tm parts;
    clock_gettime(CLOCK_REALTIME, &now);
    if (gmtime_r(&now.tv_sec, &parts) && strftime(date, sizeof date, "%Y-%m-%d %H:%M UTC", &parts))
        put_key(page, "written", date);
    nnrt_page_put(page, "</table></div></section>");
}

bool nnrt_report_write(const NnrtReport *report, NnrtError *error) {
    NnrtPage page;
    NnrtFindings findings;
    bool ok = nnrt_findings_make(&findings, report, error) &&
              nnrt_writer_begin(&page.writer, report->path, error);
    if (ok) {
        put_head(&page, report, &findings.figures);
        nnrt_report_curves(&page, report);
        put_parts(&page, report);
        put_predictions(&page, report, &findings);
        const NnrtFilters *filters = report->training->session.model->filters;
        if (filters) filters->report(&page, report);
        nnrt_report_network(&page, report->training->session.model);
        put_settings(&page, report);
        nnrt_page_put(&page, "</main>\n");
        ok = nnrt_gathered(&report->training->session, error)
                 ? nnrt_writer_commit(&page.writer, error)
                 : (nnrt_writer_abandon(&page.writer), false);
    }
    nnrt_findings_free(&findings);
    return ok;
}
