// What the theme leaves out: long names wrap between their words, and those of a table between the parts of a path.
const PARTS = /(?<=\.)(?=\w)|(?<=[\w}])(?=\/)/;
const WORDS = /(?<=[._])(?=\w)|(?<=[\w}])(?=\/)|(?<=[a-z])(?=[A-Z])/;
function wrap(node, border) {
  for (const child of [...node.childNodes]) {
    if (child.nodeType !== Node.TEXT_NODE) wrap(child, border);
    else child.replaceWith(...child.data.split(/(\S{18,})/).flatMap((text, i) => (i % 2 ? split(text, border) : text)));
  }
}
function split(name, border) {
  return name.split(border).flatMap((part, i) => (i ? [document.createElement("wbr"), part] : part));
}
for (const name of document.querySelectorAll(".md-content :is(h1, h2, h3, h4, h5, h6), .md-content :not(pre) > code")) {
  wrap(name, name.closest("table") || name.textContent.includes("/") ? PARTS : WORDS);
}

// Only whole navigations are landmarks, and a keyboard can scroll a wide table.
function complete() {
  for (const part of document.querySelectorAll(".md-code__nav, .md-nav--secondary .md-nav")) {
    part.setAttribute("role", "presentation");
    part.removeAttribute("aria-label");
  }
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap")) {
    table.toggleAttribute("tabindex", table.scrollWidth > table.clientWidth);
    if (table.hasAttribute("tabindex")) table.tabIndex = 0;
  }
}
new MutationObserver(complete).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", complete);
complete();
