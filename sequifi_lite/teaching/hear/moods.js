// Groups of cards, each group with a title: they stand beside each other where there is room.
for (const group of data.groups) {
  const name = unique("group");
  const part = put(box, "section", { "aria-labelledby": name });
  put(part, "h3", { id: name }, group.title);
  if (group.text) put(part, "p", { class: "soft" }, group.text);
  const cards = put(part, "div", { class: "sqp-cards" });
  for (const clip of group.cards) card(cards, clip, clip.caption);
}
put(box, "p", { class: "soft sqp-credit" }, data.credit);
