// Before the first paint: the theme that was chosen, where one was. A file of its own, as no script may stand in the page.
const chosen = localStorage.getItem('millrace.theme')
if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
