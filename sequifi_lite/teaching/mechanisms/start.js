// globalThis is this figure's own: figures on one page do not meet.
globalThis.Mechanisms.show(document.currentScript.parentElement, NAME, DATA);
