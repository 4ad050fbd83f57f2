"""check.py DIR [SHOTS]: checks the reports in DIR (NAME.html, NAME.svg) against what they are of
(NAME.json, the record, with figures computed here once more), as text and, if SHOTS is given, in a
browser, which leaves pictures of them in that directory."""

import html.parser
import json
import pathlib
import re
import statistics
import sys
import xml.etree.ElementTree as ElementTree

MIN_RUNS = 6  # below this, figures have no interval and are not in charts


class Failures:
    def __init__(self):
        self.count = 0

    def expect(self, good, where, what):
        if not good:
            self.count += 1
            print("%s: %s" % (where, what), file=sys.stderr)


class Charts(html.parser.HTMLParser):
    """The charts of a page: for each id, the texts of the <title> elements inside. And what the page
    refers to."""

    def __init__(self):
        super().__init__()
        self.titles = {}
        self.links = []
        self.chart = None
        self.in_title = False

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs
                       if name in ("src", "href", "srcset", "data") and value != "data:,"]
        if tag == "svg":
            labelled = dict(attrs).get("aria-labelledby")
            self.chart = labelled.split("-title")[0] if labelled else None
            if self.chart:
                self.titles[self.chart] = []
        elif tag == "title" and self.chart:
            self.in_title = True
            self.titles[self.chart].append("")

    def handle_endtag(self, tag):
        if tag == "svg":
            self.chart = None
        self.in_title = False

    def handle_data(self, data):
        if self.in_title:
            self.titles[self.chart][-1] += data


# ---- what must be in the charts ----

def series_of(record):
    """The points of the record by series, in order."""
    series = []
    for point in record["points"]:
        key = (point["workload"], point["bind"], point["order"])
        if not series or series[-1][0] != key:
            series.append((key, []))
        series[-1][1].append((point["workers"], [s["wall_ns"] for s in point["samples"]]))
    return [points for _, points in series]


def expected_charts(record):
    """For every chart of a speed-up or an efficiency: the value of every number of workers. And the
    number of samples in every chart of samples."""
    values, samples = {}, {}
    for index, points in enumerate(series_of(record)):
        samples["samples-%d" % index] = sum(len(times) for _, times in points)
        medians = {n: statistics.median(times) for n, times in points if len(times) >= MIN_RUNS}
        if 1 in medians and len(medians) > 1:
            speedups = {n: medians[1] / median for n, median in medians.items()}
            values["speedup-%d" % index] = ("speed-up", speedups)
            values["efficiency-%d" % index] = (
                "efficiency", {n: 100 * speedup / n for n, speedup in speedups.items()})
    return values, samples


FIGURE = r"([\d.]+)(?: %)?"
POINT = re.compile(r"^(\d+) workers?: ([a-z-]+) %s \(95 %% CI %s to %s\)$" % (FIGURE, FIGURE, FIGURE))


def check_charts(failures, where, record, titles):
    """Whether the charts with these titles are those of the record."""
    values, samples = expected_charts(record)
    drawn = {name for name in titles if re.match("(speedup|efficiency|samples)-", name)}
    failures.expect(drawn == set(values) | set(samples), where, "has the charts %s" % sorted(drawn))
    for name, (what, expected) in values.items():
        points = [match for match in map(POINT.match, titles.get(name, [])) if match]
        failures.expect([int(p[1]) for p in points] == sorted(expected), where,
                        "%s has the points %s" % (name, [p[1] for p in points]))
        for point in points:
            shown, low, high = (float(point[i]) for i in (3, 4, 5))
            unit = 10.0 ** -len(point[3].partition(".")[2])
            good = (point[2] == what and low <= shown <= high
                    and abs(shown - expected.get(int(point[1]), -1)) <= 0.501 * unit)
            failures.expect(good, where, "%s says %s" % (name, point[0]))
    for name, count in samples.items():
        runs = [title for title in titles.get(name, []) if ", run " in title]
        failures.expect(len(runs) == count, where, "%s shows %d samples" % (name, len(runs)))


# ---- as text ----

def check_text(failures, path, record):
    text = path.read_text(encoding="utf-8")
    words = re.findall(r"(?<![\w-])[+-]?(?:nan|inf|infinity)(?![\w-])", text, re.IGNORECASE)
    failures.expect(not words, path, "says %s" % words)
    failures.expect("<script" not in text.lower(), path, "has a script")
    pieces = [text] if path.suffix == ".svg" else re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    for piece in pieces:
        try:
            ElementTree.fromstring(piece)
        except ElementTree.ParseError as error:
            failures.expect(False, path, "is not well-formed: %s" % error)
    charts = Charts()
    charts.feed(text)
    failures.expect(not charts.links, path, "refers to %s" % charts.links)
    if path.suffix == ".html" and record is not None:
        check_charts(failures, path, record, charts.titles)


# ---- in a browser ----

TITLES = """Object.fromEntries([...document.querySelectorAll("svg[aria-labelledby]")].map(svg =>
    [svg.getAttribute("aria-labelledby").split("-title")[0],
     [...svg.querySelectorAll("title")].map(title => title.textContent)]))"""
WIDTH = "document.documentElement.scrollWidth"
# Charts that are drawn: none is empty, and what is named is inside of its chart, give or take
# what a label may be longer than reckoned.
EMPTY = """[...document.querySelectorAll("svg[aria-labelledby]")].filter(svg =>
    svg.getBoundingClientRect().height < 20).length"""
OUTSIDE = """[...document.querySelectorAll("svg[aria-labelledby] text")].filter(text => {
    const inner = text.getBoundingClientRect(), outer = text.ownerSVGElement.getBoundingClientRect();
    return inner.left < outer.left - 1 || inner.right > outer.right + 1;
}).map(text => text.textContent)"""
# Labels beside lines, and figures below an axis, that cover each other.
COVERED = """[...document.querySelectorAll("svg[aria-labelledby]")].flatMap(svg => {
    const texts = [...svg.querySelectorAll("text")].map(text =>
        ({name: text.textContent, box: text.getBoundingClientRect()}));
    return texts.filter((a, i) => texts.slice(i + 1).some(b =>
        a.box.left + 1 < b.box.right && b.box.left + 1 < a.box.right &&
        a.box.top + 3 < b.box.bottom && b.box.top + 3 < a.box.bottom)).map(a => a.name);
})"""


def check_page(failures, browser, path, record, shots):
    looks = {"light": (1200, False), "dark": (1200, True), "phone": (360, False)}
    for look, (width, dark) in looks.items():
        where = "%s (%s)" % (path, look)
        browser.open(path, width, dark)
        failures.expect(not browser.errors, where, "errors: %s" % browser.errors)
        failures.expect(browser.requests == [path.resolve().as_uri()], where,
                        "asks for %s" % browser.requests)
        if path.suffix == ".html":
            failures.expect(browser.evaluate(WIDTH) <= width, where, "is wider than the window")
            failures.expect(browser.evaluate(EMPTY) == 0, where, "has empty charts")
            for name, expression in (("outside", OUTSIDE), ("covered", COVERED)):
                texts = browser.evaluate(expression)
                failures.expect(texts == [], where, "text is %s: %s" % (name, texts))
            if record is not None:
                check_charts(failures, where, record, browser.evaluate(TITLES))
        browser.screenshot(shots / ("%s.%s.%s.png" % (path.stem, path.suffix[1:], look)))
    if path.suffix == ".html":
        browser.print_to(shots / (path.stem + ".pdf"))


def main():
    directory = pathlib.Path(sys.argv[1])
    failures = Failures()
    paths = sorted(directory.glob("*.html")) + sorted(directory.glob("*.svg"))
    failures.expect(paths, directory, "has no reports")
    records = {}
    for path in paths:
        record = path.with_suffix(".json")
        records[path] = json.loads(record.read_text()) if record.exists() else None
        check_text(failures, path, records[path])
    if len(sys.argv) > 2:
        from browser import Browser
        shots = pathlib.Path(sys.argv[2])
        shots.mkdir(parents=True, exist_ok=True)
        browser = Browser(timeout_s=300)
        for path in paths:
            check_page(failures, browser, path, records[path], shots)
        browser.close()
    print("%d reports, %d failures" % (len(paths), failures.count))
    sys.exit(failures.count > 0)


if __name__ == "__main__":
    main()
