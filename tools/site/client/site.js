/*
 * site.js: what a page does when somebody acts: theme, menu, copying, marks of
 * what is done, and the search. A classic script, for from file:// a browser
 * loads no module. It asks no server for anything.
 */
(function () {
    'use strict';
    const page = document.documentElement;
    const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
    const one = (selector, inside = document) => inside.querySelector(selector);

    /* localStorage, or null where the browser keeps nothing. */
    const storage = (() => {
        try {
            localStorage.setItem('socket-lab:try', '1');
            localStorage.removeItem('socket-lab:try');
            return localStorage;
        } catch {
            return null;
        }
    })();

    function themes() {
        const button = one('button.theme');
        const dark = matchMedia('(prefers-color-scheme: dark)');
        const isDark = () => page.dataset.theme ? page.dataset.theme === 'dark' : dark.matches;
        const show = () => button.setAttribute('aria-pressed', String(isDark()));
        button.addEventListener('click', () => {
            page.dataset.theme = isDark() ? 'light' : 'dark';
            storage?.setItem('socket-lab:theme', page.dataset.theme);
            show();
        });
        dark.addEventListener('change', show);
        show();
    }

    function menu() {
        const button = one('button.menu');
        const set = (open) => {
            button.setAttribute('aria-expanded', String(open));
            page.classList.toggle('menu-open', open);
        };
        button.addEventListener('click', () => set(button.getAttribute('aria-expanded') !== 'true'));
        document.addEventListener('keydown', (event) => {
            if (event.key !== 'Escape' || !page.classList.contains('menu-open'))
                return;
            set(false);
            button.focus();
        });
        const current = one('.course [aria-current]');
        const list = one('.course');
        if (current && list.scrollHeight > list.clientHeight)
            list.scrollTop = Math.max(0, current.offsetTop - list.clientHeight / 2);
    }

    /* Puts text on the clipboard, also where the page is not in a secure context. */
    async function put(text) {
        try {
            await navigator.clipboard.writeText(text);
        } catch {
            const field = document.createElement('textarea');
            field.value = text;
            document.body.append(field);
            field.select();
            document.execCommand('copy');
            field.remove();
        }
    }

    /* The code of a figure, without numbers of lines. */
    function codeOf(figure) {
        const code = one('code', figure).cloneNode(true);
        all('a[href^="#L"]', code).forEach((number) => number.remove());
        return code.textContent.replace(/\n$/, '');
    }

    function copying() {
        const article = one('article');
        for (const figure of all('figure[data-copy]')) {
            const button = document.createElement('button');
            button.type = 'button';
            button.className = 'copy';
            button.lang = page.lang;
            button.textContent = article.dataset.copyLabel;
            button.addEventListener('click', async () => {
                await put(figure.dataset.copy || codeOf(figure));
                button.textContent = article.dataset.copied;
                setTimeout(() => { button.textContent = article.dataset.copyLabel; }, 1500);
            });
            figure.prepend(button);
        }
    }

    /* What has been done, marked in every list; a button on the page of each. */
    function marks() {
        if (storage === null)
            return;
        const key = 'socket-lab:done';
        const read = () => {
            try {
                return new Set(JSON.parse(storage.getItem(key) ?? '[]'));
            } catch {
                return new Set();
            }
        };
        const button = one('button.done');
        const show = () => {
            const done = read();
            all('[data-done]').forEach((item) => item.classList.toggle('is-done', done.has(item.dataset.done)));
            button?.setAttribute('aria-pressed', String(done.has(button.dataset.mark)));
        };
        if (button !== null) {
            button.hidden = false;
            button.addEventListener('click', () => {
                const done = read();
                if (!done.delete(button.dataset.mark))
                    done.add(button.dataset.mark);
                storage.setItem(key, JSON.stringify([...done]));
                show();
            });
        }
        addEventListener('storage', show); // another page of the site
        show();
    }

    /* On paper every answer is open; afterwards those that were folded are again. */
    function printing() {
        let folded = [];
        addEventListener('beforeprint', () => {
            folded = all('article details:not([open])');
            folded.forEach((details) => { details.open = true; });
        });
        addEventListener('afterprint', () => folded.forEach((details) => { details.open = false; }));
    }

    /* A box that scrolls is reached by keyboard, whatever the browser does by itself. */
    function scrolling() {
        const boxes = all('article pre, article .scroll');
        const look = (box) => {
            if (box.scrollWidth > box.clientWidth + 1)
                box.tabIndex = 0;
            else
                box.removeAttribute('tabindex');
        };
        const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => look(target)));
        boxes.forEach((box) => observer.observe(box));
        all('article details').forEach((details) => details.addEventListener('toggle', () => all('pre, .scroll', details).forEach(look)));
        const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
        const fold = target && target.closest('details');
        if (fold)
            fold.open = true;
    }

    /* Loads the index of a language once. */
    const indexes = {};
    const load = (language) => indexes[language] ??= new Promise((resolve, reject) => {
        const script = document.createElement('script');
        script.src = `${page.dataset.top}search.${language}.js`;
        script.onload = () => resolve(window.siteSearch[language]);
        script.onerror = reject;
        document.head.append(script);
    });

    /* What is found in the page's language; if nothing is, in the other one. */
    async function find(query) {
        for (const language of [page.lang, one('.language').lang]) {
            const index = await load(language);
            const found = index.find(query);
            if (found.length > 0)
                return found.slice(0, 20).map((hit) => ({ ...hit, language, wordsOf: index.wordsOf, count: found.length }));
        }
        return [];
    }

    /* Appends the part of a text that shows what was found, with the words marked. */
    function excerpt(into, text, terms, wordsOf) {
        const pieces = text.split(/([^\p{L}\p{N}_]+)/u);
        const hit = (piece) => terms.some((term) => wordsOf(piece).some((word) => word === term));
        const first = Math.max(0, pieces.findIndex(hit));
        pieces.slice(Math.max(0, first - 12), first + 28).forEach((piece) => {
            const mark = document.createElement(hit(piece) ? 'mark' : 'span');
            mark.textContent = piece;
            into.append(mark);
        });
    }

    function result(found) {
        const item = document.createElement('li');
        item.lang = found.language;
        const link = document.createElement('a');
        const title = document.createElement('strong');
        const where = document.createElement('span');
        const text = document.createElement('small');
        link.href = page.dataset.top + found.url;
        title.textContent = found.title;
        where.textContent = found.page === found.title ? '' : found.page;
        excerpt(text, found.text, found.terms, found.wordsOf);
        link.append(title, ' ', where, text);
        item.append(link);
        return item;
    }

    function searching() {
        const form = one('form.search');
        const field = one('input', form);
        const box = one('.results', form);
        const list = one('ol', box);
        const status = one('[role=status]', box);
        let asked = 0;

        async function show() {
            const query = field.value.trim();
            const mine = ++asked;
            if (query === '') {
                box.hidden = true;
                return;
            }
            const found = await find(query);
            if (mine !== asked)
                return;
            status.textContent = found.length > 0 ? form.dataset.found.replace('{n}', found[0].count)
                : form.dataset.nothing.replace('{q}', query);
            list.replaceChildren(...found.map(result));
            box.hidden = false;
        }

        function close() {
            asked++;
            box.hidden = true;
        }

        function move(event) {
            const links = [field, ...all('a', list)];
            const at = links.indexOf(document.activeElement);
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (event.key === 'Escape' && !box.hidden) {
                field.focus(); /* which opens the results where they are closed */
                close();
            } else if (step !== undefined && at !== -1 && links[at + step] !== undefined) {
                event.preventDefault();
                links[at + step].focus();
            }
        }

        field.addEventListener('focus', () => load(page.lang), { once: true });
        field.addEventListener('input', show);
        field.addEventListener('focus', () => field.value.trim() !== '' && show());
        form.addEventListener('keydown', move);
        form.addEventListener('submit', (event) => {
            event.preventDefault();
            one('a', list)?.click();
        });
        list.addEventListener('click', close);
        document.addEventListener('pointerdown', (event) => form.contains(event.target) || close());
        form.addEventListener('focusout', (event) => event.relatedTarget === null || form.contains(event.relatedTarget) || close());
        document.addEventListener('keydown', (event) => {
            if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName))
                return;
            event.preventDefault();
            field.focus();
        });
    }

    themes();
    menu();
    copying();
    marks();
    printing();
    scrolling();
    searching();
}());
