/* report.c: the page as a whole: style, head, figures, settings. See report.h. */

#include "runtime/report.h"

#include "runtime/class_output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* Colours: a and b for training and validation, ok and bad for right and wrong. */
static const char head[] =
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport "
    "content='width=device-width,initial-scale=1'><meta name=color-scheme content='light dark'>"
    "<meta name=referrer content=no-referrer><link rel=icon href='data:,'><style>"
    ":root{color-scheme:light dark;--bg:#fff;--fg:#1c2127;--dim:#59636e;--line:#e2e6ea;"
    "--soft:#f6f7f9;--a:#1f62c4;--b:#b5500a;--ok:#1f62c4;--bad:#c0392b}"
    "@media(prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e6e9ec;--dim:#9ba6b1;"
    "--line:#2c323a;--soft:#1b2026;--a:#7fb2ff;--b:#ffb074;--ok:#4d8fe8;--bad:#e8695c}}"
    "*{box-sizing:border-box}"
    "body{margin:0 auto;max-width:66rem;padding:2.5rem 1.25rem 4rem;background:var(--bg);"
    "color:var(--fg);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere;"
    "font-variant-numeric:tabular-nums}"
    "h1{font-size:1.9rem;line-height:1.2;margin:0;letter-spacing:-.02em}"
    "h2{font-size:1.15rem;margin:3rem 0 1rem;padding-top:1rem;border-top:1px solid var(--line)}"
    "h3{font-size:1rem;margin:1.5rem 0 .5rem}"
    "p{margin:.3rem 0}.note,.dim,small,caption,.card span{color:var(--dim)}"
    "small,.note,caption{font-size:.875rem;font-weight:400}"
    ".tiles{display:flex;flex-wrap:wrap;gap:1rem 2.5rem;margin:1.5rem 0}"
    ".tiles b{display:block;font-size:1.7rem;font-weight:600;line-height:1.2}"
    ".tiles div{color:var(--dim)}.tiles b{color:var(--fg)}"
    ".charts,.two{display:grid;gap:1.5rem 2.5rem;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,25rem),1fr))}"
    ".two>*{min-width:0}figure{margin:0}figcaption{font-weight:600}"
    "svg{display:block;width:100%;height:auto}svg text{font-size:12px;fill:var(--dim)}"
    "path{fill:none}.g{stroke:var(--line)}.la{stroke:var(--a);stroke-width:2}"
    ".lb{stroke:var(--b);stroke-width:2}svg .ta{fill:var(--a)}svg .tb{fill:var(--b)}"
    ".la,.lb{stroke-linejoin:round;stroke-linecap:round}"
    ".da{fill:var(--a)}.db{fill:var(--b)}.best,.w{stroke:var(--dim)}.best{stroke-dasharray:3 3}"
    ".pt{fill:var(--a);opacity:.6}.e{text-anchor:end}.m{text-anchor:middle}"
    ".scatter{max-width:26rem}.net{max-width:30rem}.box,.io{fill:var(--soft);stroke:var(--line)}"
    ".io{fill:var(--bg)}.share{fill:var(--a)}svg .strong{fill:var(--fg);font-weight:600}"
    ".scroll{overflow:auto;max-height:36rem}"
    "table{border-collapse:collapse;font-size:.9375rem}caption{text-align:left;padding:0 0 .5rem}"
    "th,td{padding:.3rem .6rem;text-align:right;border-bottom:1px solid var(--line)}"
    "th{font-weight:600}thead th{color:var(--dim);font-weight:400}"
    ".list{width:100%}.list th:first-child,.kv td{text-align:left}"
    ".kv th{color:var(--dim);font-weight:400;text-align:left;vertical-align:top;"
    "white-space:nowrap}"
    ".matrix td,.matrix th{border:1px solid var(--bg);padding:.3rem .5rem;min-width:2.1rem;"
    "text-align:center}"
    ".hit{background:color-mix(in srgb,var(--ok) var(--v),var(--bg))}"
    ".miss{background:color-mix(in srgb,var(--bad) var(--v),var(--bg))}"
    ".bar{background:linear-gradient(to right,color-mix(in srgb,var(--a) 20%,transparent) "
    "var(--v),transparent 0)}"
    ".cards{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(6.5rem,1fr))}"
    ".card img{width:100%;height:auto;image-rendering:pixelated;border-radius:6px;"
    "border:1px solid var(--line)}"
    ".card figcaption{font-weight:400;font-size:.875rem;line-height:1.4}"
    ".wrong b:first-child,tr.wrong td:nth-last-child(2) b{color:var(--bad)}"
    "pre{overflow:auto;font-size:.8125rem;line-height:1.45}summary{cursor:pointer;margin-top:1rem}"
    "@media print{body{max-width:none}}</style><title>";

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void put_seconds(NnrtPage *page, double seconds) {
    if (seconds < 100)
        nnrt_page_format(page, "%.3g s", seconds);
    else
        nnrt_page_format(page, "%.0f min %02.0f s", floor(seconds / 60), fmod(seconds, 60));
}

/* ---- figures ---- */

static void put_tile(NnrtPage *page, const char *name, double value) {
    nnrt_page_put(page, "<div><b>");
    nnrt_page_number(page, value);
    nnrt_page_put(page, "</b>");
    nnrt_page_text(page, name, 0);
    nnrt_page_put(page, "</div>");
}

static void put_part(NnrtPage *page, const NnrtReport *report, const char *name, NnrtRows rows,
                     bool tiles) {
    const NnrtModel *model = report->training->session.model;
    if (rows.count == 0) return;
    NnrtFigures figures;
    nnrt_evaluate(&report->training->session, rows, &figures);
    if (!tiles) {
        nnrt_page_format(page, "<tr><th scope=row>%s<td>", name);
        nnrt_page_whole(page, rows.count);
        nnrt_page_put(page, "<td>");
        nnrt_page_number(page, figures.loss);
    }
    for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++) {
        if (tiles) {
            put_tile(page, model->metrics[i].name, figures.metrics[i]);
        } else {
            nnrt_page_put(page, "<td>");
            nnrt_page_number(page, figures.metrics[i]);
        }
    }
    if (tiles) put_tile(page, "loss", figures.loss);
}

static void put_head(NnrtPage *page, const NnrtReport *report) {
    const NnrtModel *model = report->training->session.model;
    const NnrtTrainResult *result = &report->training->result;
    nnrt_page_put(page, head);
    nnrt_page_text(page, model->name, 0);
    nnrt_page_put(page, ": training report</title><body><header><h1>");
    nnrt_page_text(page, model->name, 0);
    nnrt_page_put(page, "</h1><p class=dim>Trained for ");
    nnrt_page_whole(page, result->epochs);
    nnrt_page_put(page, result->epochs == 1 ? " epoch in " : " epochs in ");
    put_seconds(page, report->training->seconds);
    if (result->stopped_early) nnrt_page_put(page, ", stopped early");
    nnrt_page_put(page, "; weights of epoch ");
    nnrt_page_whole(page, result->best_epoch);
    nnrt_page_format(page, ". Figures of the %s part, ", report->part);
    nnrt_page_whole(page, report->rows.count);
    nnrt_page_put(page, " samples:</p><div class=tiles>");
    put_part(page, report, report->part, report->rows, true);
    nnrt_page_put(page, "</div></header><main>");
}

static void put_parts(NnrtPage *page, const NnrtReport *report) {
    const NnrtModel *model = report->training->session.model;
    const NnrtData *data = &report->training->data;
    nnrt_page_put(page, "<section id=figures><h2>Figures</h2><div class=scroll tabindex=0 "
                        "role=region aria-label='Figures'><table class=list><thead><tr><th "
                        "scope=col>part<th scope=col>samples<th scope=col>loss");
    for (int64_t i = 0; i < model->metric_count && i < NNRT_METRICS_MAX; i++) {
        nnrt_page_put(page, "<th scope=col>");
        nnrt_page_text(page, model->metrics[i].name, 0);
    }
    nnrt_page_put(page, "<tbody>");
    put_part(page, report, "training", data->train, false);
    put_part(page, report, "validation", data->validation, false);
    put_part(page, report, "test", data->test, false);
    nnrt_page_put(page, "</table></div></section>");
}

/* ---- predictions ---- */

static void put_predictions(NnrtPage *page, const NnrtReport *report,
                            const NnrtFindings *findings) {
    int64_t rows[NNRT_REPORT_SAMPLES], count = 0;
    if (findings->confusions.count || findings->point_count) {
        nnrt_page_format(page, "<section id=predictions><h2>Right and wrong, %s part</h2>",
                         report->part);
        for (int64_t i = 0; i < findings->confusions.count; i++) {
            if (findings->confusions.count > 1) {
                nnrt_page_put(page, "<h3>");
                nnrt_page_text(page, findings->confusions.items[i].output, 0);
                nnrt_page_put(page, "</h3>");
            }
            nnrt_report_classes(page, &findings->confusions.items[i]);
        }
        nnrt_report_scatter(page, report, findings);
        nnrt_page_put(page, "</section>");
    }
    if (findings->output < 0) return;
    for (; count < NNRT_REPORT_SAMPLES && count < report->rows.count; count++)
        rows[count] = report->rows.rows ? report->rows.rows[count] : count;
    nnrt_page_format(page, "<section id=samples><h2>The first samples of the %s part</h2>",
                     report->part);
    nnrt_report_samples(page, report, findings, rows, count);
    nnrt_page_put(page, "</section><section id=worst><h2>Worst mistakes</h2>");
    if (findings->worst_count)
        nnrt_report_samples(page, report, findings, findings->worst, findings->worst_count);
    else
        nnrt_page_put(page, "<p>None.</p>");
    nnrt_page_put(page, "</section>");
}

/* ---- settings ---- */

static void put_key(NnrtPage *page, const char *key) {
    nnrt_page_put(page, "<tr><th scope=row>");
    nnrt_page_text(page, key, 0);
    nnrt_page_put(page, "<td>");
}

static void put_pair(NnrtPage *page, const char *key, const char *value) {
    put_key(page, key);
    nnrt_page_text(page, value, 0);
}

static void put_whole(NnrtPage *page, const char *key, int64_t value) {
    put_key(page, key);
    nnrt_page_whole(page, value);
}

/* What the system says of its processor; "" when it says nothing. */
static void processor(char name[100]) {
    char line[300];
    name[0] = '\0';
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && !name[0] && fgets(line, sizeof line, file))
        if (strncmp(line, "model name", 10) == 0 && strstr(line, ": "))
            snprintf(name, 100, "%.*s", (int)strcspn(strstr(line, ": ") + 2, "\n"),
                     strstr(line, ": ") + 2);
    if (file) fclose(file);
}

static void put_settings(NnrtPage *page, const NnrtReport *report) {
    const NnrtModel *model = report->training->session.model;
    const NnrtTrainOptions *train = &report->training->train;
    nnrt_page_put(page, "<section id=settings><h2>Settings and environment</h2><div class=two>"
                        "<table class=kv>");
    if (model->has_optimizer) put_pair(page, "optimizer", model->optimizer);
    for (int64_t i = 0; i < model->hyper_count; i++) {
        put_key(page, model->hypers[i].name);
        nnrt_page_format(page, "%g", report->training->options->hypers[i]);
    }
    put_whole(page, "batch", train->batch);
    put_whole(page, "epochs planned",
              nnrt_planned_epochs(train, report->training->data.train.count));
    put_whole(page, "steps", report->training->result.steps);
    put_whole(page, "patience", train->patience);
    put_key(page, "seed");
    nnrt_page_format(page, "%llu", (unsigned long long)train->seed);
    put_pair(page, "shuffle", train->shuffle ? "on" : "off");
    put_pair(page, "precision", model->element_bytes == 8 ? "f64" : "f32");
    if (report->training->options->from)
        put_pair(page, "began from", base_name(report->training->options->from));
    put_pair(page, "weights", base_name(report->training->path));
    put_pair(page, "model", base_name(model->source_path));
    put_pair(page, "fingerprint", model->fingerprint);
    nnrt_page_put(page, "</table><table class=kv>");
    char text[100];
    struct utsname system;
    processor(text);
    if (text[0]) put_pair(page, "processor", text);
    put_whole(page, "threads", report->training->options->threads);
    if (uname(&system) == 0) {
        put_pair(page, "system", system.sysname);
        nnrt_page_put(page, " ");
        nnrt_page_text(page, system.machine, 0);
    }
    put_pair(page, "nnc", NNC_VERSION);
    time_t now = time(NULL);
    struct tm date;
    if (gmtime_r(&now, &date) && strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &date))
        put_pair(page, "written", text);
    put_key(page, "training took");
    put_seconds(page, report->training->seconds);
    put_key(page, "samples a second");
    double samples =
        (double)report->training->history.epochs * (double)report->training->data.train.count;
    nnrt_page_whole(
        page, report->training->seconds > 0 ? (int64_t)(samples / report->training->seconds) : 0);
    nnrt_page_put(page, "</table></div></section>");
}

bool nnrt_report_write(const NnrtReport *report, NnrtError *error) {
    NnrtPage page;
    NnrtFindings findings;
    bool ok = nnrt_findings_make(&findings, report, error) &&
              nnrt_writer_begin(&page.writer, report->path, error);
    if (ok) {
        put_head(&page, report);
        nnrt_report_curves(&page, report);
        put_parts(&page, report);
        put_predictions(&page, report, &findings);
        nnrt_report_network(&page, report->training->session.model);
        put_settings(&page, report);
        nnrt_page_put(&page, "</main></body></html>\n");
        ok = nnrt_writer_commit(&page.writer, error);
    }
    nnrt_findings_free(&findings);
    return ok;
}
