Mechanisms.show(document.currentScript.parentElement, NAME, DATA);
