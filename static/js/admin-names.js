// Django admin's look-up boxes (Select2) and its search box have no name of their own: here they get one.

const name = () => {
  for (const box of document.querySelectorAll(".select2-selection:not([aria-label])")) {
    const field = box.closest(".select2-container").previousElementSibling;
    const label = field?.getAttribute("aria-label") ?? field?.labels?.[0]?.textContent.trim();
    for (const part of label ? [box, box.querySelector("[role=textbox]")] : []) part?.setAttribute("aria-label", label);
  }
};

new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
name();

const search = document.querySelector("#searchbar");
search?.setAttribute("aria-label", search.labels[0]?.querySelector("img")?.alt ?? "");
