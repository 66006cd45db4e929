// All that is read by somebody, with what stands in for text; not what people or files wrote.
// Returns codes that have no words, words whose parameters are missing, and Latin letters on an Arabic page.
([known, arabic]) => {
  const found = [];
  const theirs = "bdi, code, kbd, pre, samp, script, style, textarea, noscript, [lang=en]";
  const judge = (text, where) => {
    // An option or a label cannot mark up a file's name or a column's letter.
    const unmarked = text.replace(/[\w.-]+\.(xlsx|xlsm|xlsb|xls|ods|csv|txt|tsv)\b/gi, "").replace(/\b[A-Z]{1,2}\b/g, "");
    const plain = known.reduce((rest, word) => rest.replaceAll(word, ""), where.startsWith("option") || where.startsWith("aria-label") ? unmarked : text);
    const shown = `${where}: ${text.trim().slice(0, 80)}`;
    if (/\b[a-z]{3,}(?:_[a-z]+)*(?:\.[a-z0-9_]{2,})+\b/.test(plain)) found.push(`bare code in ${shown}`);
    else if (/\{\w*\}/.test(plain)) found.push(`unfilled words in ${shown}`);
    else if (arabic && /[A-Za-z]/.test(plain)) found.push(`Latin letters in ${shown}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent && !parent.closest(theirs)) judge(walker.currentNode.data, parent.tagName.toLowerCase());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"]) {
    for (const element of document.body.querySelectorAll(`[${name}]`)) {
      // A title may show a cell as it was written.
      if (element.closest(theirs) || element.hasAttribute("data-written")) continue;
      judge(element.getAttribute(name), `${name} of ${element.tagName.toLowerCase()}`);
    }
  }
  return found;
}
