// What the theme's scripts expect to be set; Sphinx writes it into each page.
DOCUMENTATION_OPTIONS.search_as_you_type = false;
var togglebuttonSelector = ".toggle, .admonition.dropdown";
let toggleHintShow = "Click to show";
let toggleHintHide = "Click to hide";
let toggleOpenOnPrint = "true";
