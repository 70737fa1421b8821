// When a prompt comes back. A state is {days, due}: the last break, and the day on which it is asked again.
// Known: after `first` days, then after breaks `factor` times as long. Not known: tomorrow, and from the start.
function answered(state, known, today, first, factor) {
  if (!known) return { days: 0, due: today + 1 };
  const days = state && state.days ? state.days * factor : first;
  return { days, due: today + Math.round(days) };
}
const dayOf = (milliseconds, minutesWest) => Math.floor((milliseconds - 60000 * minutesWest) / 86400000);
// What to ask on a day: what is due, the longest overdue first, then so many new ones, in the book's order.
function session(ids, states, today, fresh) {
  const due = ids.filter((id) => states[id] && states[id].due <= today).sort((a, b) => states[a].due - states[b].due);
  return due.concat(ids.filter((id) => !states[id]).slice(0, Math.max(0, fresh)));
}
