/* Filters the findings and keeps what is asked for in sight. The page is
   whole without it. It builds options from attributes, as text. */
(function () {
	"use strict";
	var form = document.getElementById("filter");
	var by = function (id) { return document.getElementById(id); };
	var all = function (query, root) {
		return Array.prototype.slice.call(
			(root || document).querySelectorAll(query));
	};

	/* Open what a link leads to, and all that it is in. */
	function reveal() {
		var target = by(decodeURIComponent(location.hash.slice(1)));
		if (!target) return;
		var inside = target.querySelector("details");
		if (target.tagName === "LI" && inside) inside.open = true;
		for (var e = target; e; e = e.parentElement)
			if (e.tagName === "DETAILS") e.open = true;
		target.scrollIntoView();
	}
	window.addEventListener("hashchange", reveal);
	if (location.hash.length > 1) reveal();

	/* On paper nothing can be opened. */
	var closed = [];
	window.addEventListener("beforeprint", function () {
		closed = all("details:not([open])");
		closed.forEach(function (d) { d.open = true; });
	});
	window.addEventListener("afterprint", function () {
		closed.forEach(function (d) { d.open = false; });
	});

	if (!form) return;
	var groups = all(".group").map(function (element) {
		return {
			element: element,
			severity: element.dataset.severity,
			rule: element.dataset.rule,
			count: element.querySelector("h4 .count"),
			total: element.querySelector("h4 .count").textContent,
			places: all(".places>li", element).map(function (li) {
				return { li: li, origin: li.dataset.origin };
			})
		};
	});
	var headings = all("h3.severity");
	var total = groups.reduce(function (sum, g) {
		return sum + g.places.length;
	}, 0);

	function fill(select, values) {
		var seen = {};
		values.forEach(function (value) {
			if (seen["$" + value]) return;
			seen["$" + value] = true;
			var option = document.createElement("option");
			option.value = option.textContent = value;
			select.appendChild(option);
		});
	}
	fill(by("by-severity"), groups.map(function (g) { return g.severity; }));
	fill(by("by-rule"), groups.map(function (g) { return g.rule; }).sort());
	fill(by("by-origin"), groups.reduce(function (list, g) {
		g.places.forEach(function (p) {
			if (list.indexOf(p.origin) < 0) list.push(p.origin);
		});
		return list;
	}, []));

	function textOf(place, group) {
		if (!place.text)
			place.text = (group.rule + " " +
				group.element.querySelector("h4").textContent +
				" " + place.li.textContent).toLowerCase();
		return place.text;
	}

	function plural(n, word) {
		return n + " " + word + (n === 1 ? "" : "s");
	}

	function apply() {
		var severity = by("by-severity").value;
		var rule = by("by-rule").value;
		var origin = by("by-origin").value;
		var text = by("by-text").value.trim().toLowerCase();
		var filtered = severity || rule || origin || text;
		var shown = 0;
		var severities = {};
		groups.forEach(function (g) {
			var here = 0;
			var fits = (!severity || severity === g.severity) &&
				(!rule || rule === g.rule);
			g.places.forEach(function (p) {
				var show = fits &&
					(!origin || origin === p.origin) &&
					(!text || textOf(p, g).indexOf(text) >= 0);
				p.li.hidden = !show;
				if (show) here++;
			});
			g.element.hidden = filtered ? !here : false;
			g.count.textContent = filtered
				? here + " of " + g.total : g.total;
			if (here) severities[g.severity] = true;
			shown += here;
		});
		headings.forEach(function (h) {
			h.hidden = filtered && !severities[h.dataset.severity];
		});
		by("shown").textContent = filtered
			? shown + " of " + plural(total, "finding") + " shown"
			: plural(total, "finding");
	}

	function openAll(open) {
		all(".places>li:not([hidden])>details").forEach(function (d) {
			d.open = open;
		});
	}

	var waiting;
	form.addEventListener("input", function () {
		clearTimeout(waiting);
		waiting = setTimeout(apply, total > 2000 ? 150 : 0);
	});
	form.addEventListener("submit", function (e) { e.preventDefault(); });
	form.addEventListener("reset", function () { setTimeout(apply, 0); });
	by("open-all").addEventListener("click", function () { openAll(true); });
	by("close-all").addEventListener("click", function () { openAll(false); });
	form.hidden = false;
	apply();
})();
