// What the theme leaves out: buttons next to code are no landmark, and a keyboard can scroll a wide table.
function complete() {
  for (const buttons of document.querySelectorAll(".md-code__nav")) buttons.setAttribute("role", "presentation");
  for (const table of document.querySelectorAll(".md-typeset__scrollwrap")) {
    table.toggleAttribute("tabindex", table.scrollWidth > table.clientWidth);
    if (table.hasAttribute("tabindex")) table.tabIndex = 0;
  }
}
new MutationObserver(complete).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", complete);
complete();
