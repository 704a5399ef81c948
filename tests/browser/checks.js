/* Looks at the page it is run in, and returns what is wrong with it: one line
   a problem. The body of a function; see test_browser.py. */
var problems = [];
var all = function (query) {
	return Array.prototype.slice.call(document.querySelectorAll(query));
};
/* What asks for a layout is asked of the first ones alone. */
var some = function (query) { return all(query).slice(0, 3000); };
function say(what, element) {
	var where = element ? element.outerHTML.slice(0, 120) : "";
	if (problems.length < 20) problems.push(what + ": " + where);
}
function isShown(e) {
	return e.getClientRects().length > 0 &&
		getComputedStyle(e).visibility === "visible";
}

/* Nothing is wider than the window, but what scrolls in a box of its own. */
var width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width)
	say("the page is " + document.documentElement.scrollWidth +
		" wide in a window of " + width);
some("body *").forEach(function (e) {
	if (e.closest(".scroll") && !e.classList.contains("scroll")) return;
	if (e.closest(".skip, .unseen, svg") || !isShown(e)) return;
	if (e.getBoundingClientRect().right > width + 1)
		say("beyond the window's edge", e);
});

/* Contrast (WCAG 2.2, 1.4.3): 4.5, or 3 for large text. */
function channels(color) {
	return (color.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
}
function luminance(c) {
	var v = c.slice(0, 3).map(function (x) {
		x /= 255;
		return x <= 0.04045 ? x / 12.92
			: Math.pow((x + 0.055) / 1.055, 2.4);
	});
	return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2];
}
function behind(e) {
	for (; e; e = e.parentElement) {
		var c = channels(getComputedStyle(e).backgroundColor);
		if (c.length < 4 || c[3] === 1) return c;
		if (c[3] > 0) say("half transparent", e);
	}
	return [255, 255, 255];
}
function checkContrast(e, color) {
	var style = getComputedStyle(e);
	var size = parseFloat(style.fontSize);
	var large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
	var a = luminance(channels(color)), b = luminance(behind(e));
	var ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
	if (ratio < (large ? 3 : 4.5))
		say("contrast of " + ratio.toFixed(2), e);
}
some("body *").forEach(function (e) {
	var has = Array.prototype.some.call(e.childNodes, function (n) {
		return n.nodeType === 3 && n.textContent.trim();
	});
	if (!has || !isShown(e) || e.closest(".skip, .unseen, option"))
		return;
	checkContrast(e, e.namespaceURI.endsWith("svg")
		? getComputedStyle(e).fill : getComputedStyle(e).color);
});

/* Every control has a name, every drawing and table says what it is. */
function nameOf(e) {
	var label = e.getAttribute("aria-label") || e.textContent.trim() ||
		e.getAttribute("title");
	if (!label && e.labels && e.labels.length)
		label = e.labels[0].textContent.trim();
	return label;
}
some("a, button, input, select, summary, [tabindex]").forEach(function (e) {
	var own = e.tagName === "SELECT" || e.tagName === "INPUT"
		? e.labels.length && e.labels[0].firstChild.textContent +
			e.labels[0].textContent
		: nameOf(e);
	if (!own || !own.trim()) say("no name", e);
});
all("svg").forEach(function (e) {
	if (e.parentElement.closest("svg")) return;
	if (e.getAttribute("aria-hidden") === "true") return;
	if (e.getAttribute("role") !== "img" || !e.querySelector("title") ||
		!e.querySelector("desc"))
		say("a drawing without words", e);
});
all("table").forEach(function (e) {
	if (!e.caption) say("no caption", e);
});
all("th").forEach(function (e) {
	if (!e.scope) say("no scope", e);
});
all("ul > :not(li), ol > :not(li)").forEach(function (e) {
	say("no item of a list", e);
});

/* Headings in order; the parts that a reader jumps to. */
var level = 0;
all("h1, h2, h3, h4, h5, h6").forEach(function (e) {
	var own = Number(e.tagName[1]);
	if (own > level + 1) say("a level is left out before", e);
	level = own;
});
["h1", "header", "nav", "main", "footer"].forEach(function (name) {
	if (all(name).length !== 1) say("not one " + name);
});
if (document.documentElement.lang !== "en") say("no language");
if (!document.title) say("no title");

/* What is referred to is there, once. */
var ids = {};
all("[id]").forEach(function (e) {
	if (ids[e.id]) say("twice the same id", e);
	ids[e.id] = true;
});
all("[aria-labelledby]").forEach(function (e) {
	e.getAttribute("aria-labelledby").split(" ").forEach(function (id) {
		if (!ids[id]) say("named by nothing", e);
	});
});
all("a[href]").forEach(function (e) {
	var target = e.getAttribute("href");
	if (target[0] !== "#" || !ids[decodeURIComponent(target.slice(1))])
		say("leads nowhere", e);
});

/* No text became markup. */
if (document.scripts.length !== 1) say("scripts: " + document.scripts.length);
all("img, iframe, object, embed, link, base, [style], [src]").forEach(
	function (e) { say("has no business here", e); });
all("*").forEach(function (e) {
	e.getAttributeNames().forEach(function (name) {
		if (name.indexOf("on") === 0) say("a handler", e);
	});
});
return problems;
