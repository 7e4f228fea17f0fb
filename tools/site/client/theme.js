/*
 * theme.js: before anything is drawn, the theme that was chosen the last time.
 * Where nothing can be kept, the system's holds.
 */
(function () {
    var page = document.documentElement;
    page.classList.add('js');
    try {
        var chosen = localStorage.getItem('socket-lab:theme');
        if (chosen === 'dark' || chosen === 'light')
            page.dataset.theme = chosen;
    } catch { /* the browser keeps nothing */ }
}());
