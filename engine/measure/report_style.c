/* The style sheet of the report. Colours are variables, once for light and once for dark grounds.
 * The six colours of series differ in lightness too, and every series has its own marker and
 * dashes, every phase its own pattern, so that nothing depends on seeing colours. */
#include "measure/report_parts.h"

static void write_rules(FILE *out, const char *const *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fputs(rules[i], out);
        fputc('\n', out);
    }
}

#define WRITE_RULES(out, rules) write_rules(out, rules, sizeof(rules) / sizeof(*(rules)))

void nb_report_style_chart(FILE *out)
{
    static const char *const rules[] = {
        ":root { --ground: #fbfbf9; --card: #fff; --ink: #1c2228; --soft: #5b6670;"
        " --rule: #e1e4e6; --warn: #fff4dc; --warn-edge: #c98a00;"
        " --c0: #1d63ad; --c1: #c95d0c; --c2: #0d8a72; --c3: #a94f92; --c4: #8f7200;"
        " --c5: #5d6875; --idle: #e9ebed; --hatch: #ffffff }",
        "@media (prefers-color-scheme: dark) { :root { --ground: #14181c; --card: #1b2127;"
        " --ink: #e7eaec; --soft: #9ca7b1; --rule: #303840; --warn: #322a16; --warn-edge: #d9a53a;"
        " --c0: #74b3f0; --c1: #f2a057; --c2: #55c9ad; --c3: #e29fd0; --c4: #d8c04e;"
        " --c5: #aab5bf; --idle: #2a3138; --hatch: #14181c } }",
        ".chart { display: block; width: 100%; height: auto;"
        " font: 12px system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial,"
        " sans-serif; font-variant-numeric: tabular-nums;"
        " print-color-adjust: exact; -webkit-print-color-adjust: exact }",
        ".ground { fill: var(--ground) }",
        "text { fill: var(--soft) }",
        "text.heading { fill: var(--ink); font-size: 17px; font-weight: 600 }",
        "text.strong { fill: var(--ink); font-weight: 600 }",
        ".grid { stroke: var(--rule); fill: none }",
        ".axis, .tick { stroke: var(--soft); fill: none }",
        ".s0 { --c: var(--c0) } .s1 { --c: var(--c1) } .s2 { --c: var(--c2) }"
        " .s3 { --c: var(--c3) } .s4 { --c: var(--c4) } .s5 { --c: var(--c5) }",
        "text.s0, text.s1, text.s2, text.s3, text.s4, text.s5 { fill: var(--c); font-weight: 600 }",
        "text.label { paint-order: stroke; stroke: var(--ground); stroke-width: 4px }",
        ".line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round }",
        ".line.s1 { stroke-dasharray: 9 4 } .line.s2 { stroke-dasharray: 3 3 }"
        " .line.s3 { stroke-dasharray: 12 3 3 3 } .line.s4 { stroke-dasharray: 6 6 }"
        " .line.s5 { stroke-dasharray: 1.5 4; stroke-linecap: round }",
        ".line.ideal { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: none;"
        " opacity: .75 }",
        ".band { fill: var(--c); opacity: .14; stroke: none }",
        ".whisker { stroke: var(--c); stroke-width: 1.4; fill: none }",
        ".marker { fill: var(--c); stroke: var(--card); stroke-width: 1.2 }",
        ".sample { fill: var(--c0); opacity: .6 }",
        ".interval { fill: var(--c1); opacity: .24 }",
        ".median { stroke: var(--c1); stroke-width: 2; fill: none }",
    };
    WRITE_RULES(out, rules);
}

/* Text, tables and the places of things. */
static void write_layout(FILE *out)
{
    static const char *const rules[] = {
        "* { box-sizing: border-box }",
        "body { margin: 0; background: var(--ground); color: var(--ink);"
        " font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial,"
        " sans-serif; overflow-wrap: break-word }",
        "main { max-width: 64rem; margin: 0 auto; padding: 2.5rem 1.25rem 3rem }",
        "h1 { font-size: clamp(1.6rem, 5vw, 2.3rem); line-height: 1.15; letter-spacing: -.02em;"
        " margin: .3rem 0 .4rem }",
        "h2 { font-size: 1.25rem; letter-spacing: -.01em; margin: 0 0 .8rem }",
        "h3 { font-size: 1rem; margin: 1.6rem 0 .5rem }",
        "section { margin-top: 2.8rem }",
        "p { margin: 0 0 .7rem; max-width: 44rem }",
        ".origin, .note, .missing, figcaption, footer, small, .what { color: var(--soft) }",
        ".origin { font-size: .875rem; margin: 0 }",
        ".lead { font-size: 1.06rem; color: var(--soft); margin: 0 }",
        ".note, figcaption, footer { font-size: .875rem; line-height: 1.5 }",
        "figure { margin: 0 } figcaption { margin-top: .5rem; max-width: 48rem }",
        "code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas,"
        " 'DejaVu Sans Mono', monospace }",
        "pre { background: var(--card); border: 1px solid var(--rule); border-radius: 8px;"
        " padding: .8rem 1rem; margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }",
        ".tiles { display: grid; gap: 1rem; margin-top: 1.8rem;"
        " grid-template-columns: repeat(auto-fit, minmax(min(100%, 19rem), 1fr)) }",
        ".tile { background: var(--card); border: 1px solid var(--rule); border-radius: 10px;"
        " padding: 1.1rem 1.25rem }",
        ".tile h2 { font-size: .875rem; font-weight: 600; color: var(--soft); margin: 0;"
        " letter-spacing: 0 }",
        ".tile p { font-size: .9375rem; margin: 0 }",
        ".tile p.big { font-size: 2.4rem; font-weight: 650; line-height: 1.25; color: var(--c0);"
        " letter-spacing: -.02em; margin-bottom: .3rem }",
        ".big span { display: block; font-size: 1rem; font-weight: 600; letter-spacing: 0;"
        " color: var(--ink); line-height: 1.4 }",
        ".tile b, .tile p:last-child span { white-space: nowrap }",
        ".clock { margin-top: 1rem; font-size: .9375rem }",
        ".warnings { background: var(--warn); border-left: 5px solid var(--warn-edge);"
        " border-radius: 6px; padding: 1rem 1.25rem; margin-top: 1.6rem }",
        ".warnings h2 { font-size: 1rem; margin: 0 0 .3rem }",
        ".warnings h2::before { content: '\\26A0\\FE0E\\00A0' }",
        ".warnings ul { margin: 0; padding-left: 1.2rem }",
        ".pair { display: grid; gap: 1.25rem;"
        " grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)) }",
        ".scroll { overflow-x: auto } .scroll > .chart { min-width: 40rem }",
        ".fits { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem;"
        " margin: 1rem 0 0; font-size: .9375rem } .fits dt { font-weight: 600 } .fits dd"
        " { margin: 0 }",
        "table { border-collapse: collapse; font-size: .875rem; width: 100%;"
        " font-variant-numeric: tabular-nums }",
        "th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0;"
        " border-bottom: 1px solid var(--rule) }",
        "thead th { color: var(--soft); font-weight: 600; white-space: nowrap }",
        "tbody th[colspan] { padding-top: 1rem }",
        ".n { text-align: right; white-space: nowrap } small { display: block; font-size: .75rem }",
        ".shares td:nth-child(4) { min-width: 14rem }",
        ".legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; list-style: none;"
        " margin: .4rem 0 0; padding: 0; font-size: .875rem }",
        ".facts th { font-weight: 400; color: var(--soft); width: 15rem }",
        ".facts td { overflow-wrap: anywhere } .key { vertical-align: -1px; margin-right: .3rem }",
    };
    WRITE_RULES(out, rules);
}

/* Boxes of the machine, phases of a run, and what changes on a phone and on paper. */
static void write_parts(FILE *out)
{
    static const char *const rules[] = {
        ".machine, .machine ul { list-style: none; margin: 0; padding: 0; display: flex;"
        " flex-wrap: wrap; gap: .4rem }",
        ".machine { margin-top: .5rem; font-size: .75rem; line-height: 1.35 }",
        ".machine li { border: 1px solid var(--rule); border-radius: 6px; padding: .3rem .45rem }",
        ".package, .node { background: var(--card) } .core > ul { flex-direction: column }",
        ".machine .package > ul, .machine .node > ul, .machine .core > ul { margin-top: .25rem }",
        ".machine .pu { border: 0; padding: 0 } .pu.closed { opacity: .45 }",
        ".pu b { display: inline-block; min-width: 1.35rem; text-align: center; color: var(--card);"
        " background: var(--c0); border-radius: 4px; padding: 0 .25rem; margin-left: .35rem;"
        " print-color-adjust: exact; -webkit-print-color-adjust: exact }",
        "footer { margin-top: 2.8rem; border-top: 1px solid var(--rule); padding-top: 1rem }",
        "footer p { max-width: none }",
        ".patterns { position: absolute }",
        ".phase-primes { fill: var(--c0) } .phase-products { fill: var(--c1) }"
        " .phase-reuse { fill: url(#reuse) } .phase-verification { fill: url(#verification) }"
        " .phase-text { fill: url(#text) } .phase-pipes { fill: url(#pipes) }"
        " .phase-team { fill: url(#team) } .phase-read { fill: var(--c5) }"
        " .phase-write { fill: url(#write) } .phase-idle { fill: var(--idle) }",
        ".plain.phase-reuse { fill: var(--c0) } .plain.phase-verification { fill: var(--c2) }"
        " .plain.phase-text { fill: var(--c3) } .plain.phase-pipes { fill: var(--c4) }"
        " .plain.phase-team { fill: var(--c1); opacity: .6 } .plain.phase-write { fill: var(--c5) "
        "}",
        ".hatch { stroke: var(--hatch); stroke-width: 1.4; fill: none; opacity: .75 }",
        "@media (max-width: 30rem) { main { padding: 1.5rem 1rem 2rem }"
        " .facts, .facts tbody, .facts tr, .facts th, .facts td { display: block; width: auto }"
        " .facts th { border: 0; padding-bottom: 0 } .facts td { padding-top: 0 } }",
        "@media print { :root { --ground: #fff; color-scheme: light } body { font-size: 11pt }"
        " main { max-width: none; padding: 0 } section { margin-top: 1.6rem }"
        " p, figure, .pair, .tile, tr, .warnings, dl, pre, .machine { break-inside: avoid }"
        " h2, h3, .note, thead, tbody tr:first-child { break-after: avoid }"
        " .legend { break-before: avoid } .scroll { overflow: visible }"
        " .scroll > .chart { min-width: 0 } }",
    };
    WRITE_RULES(out, rules);
}

void nb_report_style_page(FILE *out)
{
    write_layout(out);
    write_parts(out);
}

void nb_report_patterns(FILE *out)
{
    static const struct {
        const char *id, *colour, *lines;
    } patterns[] = {
        {"reuse", "c0", "M0 3h6"},      {"verification", "c2", "M-1 7L7-1"},
        {"text", "c3", "M3 0v6"},       {"pipes", "c4", "M-1-1L7 7"},
        {"team", "c1", "M0 3h6M3 0v6"}, {"write", "c5", "M-1 7L7-1"},
    };
    fputs("<svg class=\"patterns\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>\n", out);
    for (size_t i = 0; i < sizeof(patterns) / sizeof(*patterns); i++) {
        fprintf(out,
                "<pattern id=\"%s\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
                "<rect width=\"6\" height=\"6\" style=\"fill: var(--%s)\"/>"
                "<path class=\"hatch\" d=\"%s\"/></pattern>\n",
                patterns[i].id, patterns[i].colour, patterns[i].lines);
    }
    fputs("</defs></svg>\n", out);
}
