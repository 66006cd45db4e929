// What reaches over the edge of the page, the first few elements; what scrolls within itself may.
() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const isHeld = (element) => {
    for (let outer = element.parentElement; outer; outer = outer.parentElement) {
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(outer).overflowX)) return true;
    }
    return false;
  };
  const over = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && (box.right > width + 1 || box.left < -1) && !isHeld(element);
  });
  const named = over.slice(0, 4).map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
  return [`${document.documentElement.scrollWidth} px: ${named.join(", ")}`];
}
