/*
 * motion.js: makes a player of each picture of motion.mjs that has controls: one
 * event at a time, and the lines of code that run, and where the others wait.
 */
(() => {
    'use strict';
    const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

    /* Scrolls a box, and only that, until `inside` is in its middle. */
    function centre(box, inside, head) {
        const seen = inside.getBoundingClientRect();
        const around = box.getBoundingClientRect();
        const top = box.scrollTop + seen.top - around.top - head - (box.clientHeight - head - seen.height) / 2;
        box.scrollTo({ top, behavior: calm.matches ? 'auto' : 'smooth' });
    }

    /* The lines of a program's own file in what an event says of its code. */
    function linesOf(event, file) {
        return (event.dataset.at || '').split(' ').map((place) => place.split(':'))
            .filter(([name]) => name === file).map(([, line]) => line);
    }

    function start(figure) {
        const find = (selector) => figure.querySelector(selector);
        const events = [...figure.querySelectorAll('.motion-event')];
        const waits = [...figure.querySelectorAll('.motion-wait')].sort((a, b) => a.dataset.lane - b.dataset.lane);
        const panes = [...figure.querySelectorAll('.motion-pane')];
        const scroll = find('.motion-scroll');
        const slider = find('input');
        const output = find('output');
        const waitsHere = find('.motion-stage').dataset.waits;
        let current = 0;

        const ownFile = (event) => (event.classList.contains('motion-server') ? 'server.c' : 'client.c');
        const isPacket = (event) => event.classList.contains('motion-of-packet');
        const whoOf = (event) => event.querySelector('.motion-who').textContent;

        /* Where threads of a program sit in a call that has not returned: lines, and who. */
        function waitingIn(file) {
            const names = new Map();
            for (const bar of waits.filter(({ dataset }) => dataset.when === 'now')) {
                const event = events[Number(bar.dataset.to)];
                const line = ownFile(event) === file && linesOf(event, file).pop();
                if (line)
                    names.set(line, [...names.get(line) || [], whoOf(event)]);
            }
            return names;
        }

        /* Which lines of a program run, which called them, and where others wait. */
        function markPane(pane) {
            const { file } = pane.dataset;
            const acts = pane.classList.contains('motion-acting') && !isPacket(events[current]);
            const running = acts ? linesOf(events[current], file) : [];
            const innermost = running.pop();
            const waiting = waitingIn(file);
            for (const line of pane.querySelectorAll('.motion-line')) {
                const number = line.dataset.line;
                line.classList.toggle('motion-running', number === innermost);
                line.classList.toggle('motion-calling', running.includes(number));
                line.classList.toggle('motion-waits', waiting.has(number));
                line.dataset.waits = waiting.has(number) ? `${waiting.get(number).join(', ')}: ${waitsHere}` : '';
                if (number === innermost)
                    centre(pane.querySelector('.motion-source'), line, 0);
            }
        }

        /* A packet runs no code: the program that acted last stays in view. */
        function markCode() {
            if (!isPacket(events[current]))
                panes.forEach((pane) => pane.classList.toggle('motion-acting', pane.dataset.file === ownFile(events[current])));
            panes.forEach(markPane);
        }

        /* What stands beside the current event, in words. */
        function tell() {
            const event = events[current];
            const now = find('.motion-now');
            const part = (name) => event.querySelector(`.motion-${name}`)?.cloneNode(true) ?? '';
            const call = event.querySelector('.motion-call code');
            const line = document.createElement('span');
            line.className = 'motion-call';
            if (call)
                line.append(call.cloneNode(true));
            now.replaceChildren(part('who'), ': ', part('words'), ' ', call ? line : '', ' ', part('at'));
        }

        function go(to, quietly) {
            current = Math.min(Math.max(to, 0), events.length - 1);
            events.forEach((event, index) => {
                event.dataset.when = index < current ? 'past' : index > current ? 'later' : 'now';
                event.removeAttribute('aria-current');
            });
            events[current].setAttribute('aria-current', 'step');
            for (const { dataset } of waits)
                dataset.when = Number(dataset.to) <= current ? 'past' : Number(dataset.from) > current ? 'later' : 'now';
            slider.value = current + 1;
            output.textContent = output.dataset.of.replace('#', current + 1);
            slider.setAttribute('aria-valuetext', output.textContent);
            for (const button of figure.querySelectorAll('[data-go]')) {
                const end = /first|back/.test(button.dataset.go) ? 0 : events.length - 1;
                button.setAttribute('aria-disabled', String(current === end));
            }
            markCode();
            tell();
            if (!quietly)
                centre(scroll, events[current], find('.motion-heads').clientHeight);
        }

        const steps = { first: () => 0, back: () => current - 1, next: () => current + 1, last: () => events.length - 1 };
        const keys = { ArrowLeft: 'back', ArrowRight: 'next', Home: 'first', End: 'last' };
        figure.addEventListener('click', ({ target }) => {
            const button = target.closest('[data-go]');
            const event = target.closest('.motion-event');
            if (button)
                go(steps[button.dataset.go]());
            else if (event && !target.closest('a') && String(window.getSelection()) === '')
                go(events.indexOf(event));
        });
        slider.addEventListener('input', () => go(Number(slider.value) - 1));
        figure.addEventListener('keydown', (event) => {
            const wanted = keys[event.key];
            const free = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
            if (wanted === undefined || !free || event.target === slider || event.target.closest('.motion-source'))
                return; // the slider does it by itself, and code is wide
            event.preventDefault();
            go(steps[wanted]());
        });

        figure.classList.add('motion-moves');
        find('.motion-player').hidden = false;
        find('.motion-code').hidden = false;
        find('.motion-keys').hidden = false;
        scroll.tabIndex = 0;
        panes[0].classList.add('motion-acting');
        go(0, true);
    }

    document.querySelectorAll('.motion').forEach((figure) => {
        if (figure.querySelector('.motion-player'))
            start(figure);
    });
})();
