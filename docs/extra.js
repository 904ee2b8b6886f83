// What the theme leaves out: only whole navigations are landmarks, and a keyboard can scroll a wide table.
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
