/*
 * words.mjs: what an event is, in words, in English and in Brazilian Portuguese.
 * Calls stay as they are. `tell(event, lanes, language)` is a sentence without its
 * subject, `nameOf(lane, language)` who does it.
 */

const words = {
    en: {
        picture: (step) => `Step ${step}: what the programs do, call by call`,
        scroll: 'The calls and packets', code: (file) => `Code of ${file}`,
        controls: 'Go through the events', first: 'First event', back: 'Back', next: 'Next', last: 'Last event',
        event: 'Event', of: (now, all) => `${now} of ${all}`,
        keys: 'Keys, once one of these is focused: ← and → for back and next, Home and End for the first and the last.',
        key: 'From top to bottom as it happened; times in milliseconds; an orange bar: the thread waits.',
        server: 'server', client: 'client', waits: 'waiting here',
        socket: (kind, fd) => `asks the kernel for a ${kind} socket and gets descriptor ${fd}`,
        SO_REUSEADDR: () => 'lets a port that was just left be used again at once',
        TCP_NODELAY: () => 'has the kernel send small pieces at once',
        SO_SNDTIMEO: () => 'lets a send wait for one second at most',
        SO_KEEPALIVE: () => 'has the kernel ask, now and then, whether the other side is still there',
        TCP_KEEPIDLE: () => 'has the kernel ask after 60 seconds of silence',
        TCP_USER_TIMEOUT: () => 'has the kernel give up when sent data stays unconfirmed for 120 seconds',
        bind: () => 'gives the socket its address and port',
        listen: () => 'makes it a listener: the kernel takes connections and keeps them in a queue',
        getsockname: () => 'asks for the address and port of its socket',
        connect: () => 'asks for a connection and has it when the server’s kernel agrees',
        accept: (fd) => `takes a connection from the queue: descriptor ${fd} is the conversation`,
        interrupted: () => 'sits in the call until a signal interrupts it',
        receive: (bytes) => `receives ${bytes}`, datagramIn: (bytes) => `receives a datagram of ${bytes}`,
        finished: () => 'learns that nothing more comes: the other side has finished',
        keyboard: (bytes) => `reads ${bytes} from the keyboard`,
        noMore: () => 'learns that nothing more is typed (Ctrl-D)',
        hand: (bytes) => `hands ${bytes} to the kernel, to be sent`,
        datagramOut: (bytes) => `sends a datagram of ${bytes}`,
        screen: () => 'writes it on its screen', complain: () => 'writes it on its screen, as an error',
        pollTyping: (typed) => `waits for the keyboard and for the server at once: ${typed ? 'the keyboard' : 'the server'} has something`,
        pollOutput: () => 'waits for the server, and would notice if nobody took what it prints: there is something to read',
        pollPipe: () => 'sleeps until there is a byte in the pipe: there is one',
        pollOthers: () => 'waits for several descriptors at once, and comes back',
        pipe: (from, to) => `makes a pipe: what is written to ${to} is read from ${from}`,
        wake: () => 'puts a byte into the pipe: that wakes the postman',
        woken: () => 'takes the byte out of the pipe',
        shutdown: () => 'says that it sends nothing more; it still receives',
        close: () => 'closes the conversation', closeListener: () => 'closes its socket',
        sigwait: (signal) => `waits for a signal: ${signal} comes`,
        fails: (error) => `fails: ${error}`,
        print: () => 'prints', start: (name) => `starts the thread ${name}`, ends: () => 'the thread ends',
        exit: (status) => `ends, with exit status ${status}`, killed: (signal) => `is ended by ${signal}`,
        signal: (signal) => `gets the signal ${signal}`,
        still: 'still waits',
        stillWaits: () => 'still waits in this call when the program ends',
        waited: (time, told) => `waits ${time}, then ${told}`,
        waitedInPoll: (time, told) => `waits ${time} (in poll), then ${told}`,
        after: (time, told) => `${told}, after ${time}`,
        SYN: () => 'asks for a connection', 'SYN-ACK': () => 'agrees; what confirms it, an ACK alone, is not shown',
        data: (bytes) => `carries ${bytes}`, FIN: () => 'nothing more comes from this side', RST: () => 'refuses',
        dataFIN: (bytes) => `carries ${bytes}, and nothing more comes from this side`,
        bytes: (count) => (count === 1 ? '1 byte' : `${count} bytes`),
    },
    'pt-BR': {
        picture: (step) => `Passo ${step}: o que os programas fazem, chamada por chamada`,
        scroll: 'As chamadas e os pacotes', code: (file) => `Código de ${file}`,
        controls: 'Percorrer os eventos', first: 'Primeiro evento', back: 'Voltar', next: 'Avançar', last: 'Último evento',
        event: 'Evento', of: (now, all) => `${now} de ${all}`,
        keys: 'Teclas, com o foco em um destes: ← e → voltam e avançam, Home e End vão ao primeiro e ao último.',
        key: 'De cima para baixo, na ordem em que aconteceu; tempos em milissegundos; barra laranja: a thread espera.',
        server: 'servidor', client: 'cliente', waits: 'esperando aqui',
        socket: (kind, fd) => `pede ao kernel um socket ${kind} e recebe o descritor ${fd}`,
        SO_REUSEADDR: () => 'permite usar de novo, na hora, uma porta que acabou de ser deixada',
        TCP_NODELAY: () => 'faz o kernel enviar pedaços pequenos na hora',
        SO_SNDTIMEO: () => 'deixa um send esperar no máximo um segundo',
        SO_KEEPALIVE: () => 'faz o kernel perguntar, de vez em quando, se o outro lado ainda está lá',
        TCP_KEEPIDLE: () => 'faz o kernel perguntar depois de 60 segundos de silêncio',
        TCP_USER_TIMEOUT: () => 'faz o kernel desistir quando dados enviados ficam 120 segundos sem confirmação',
        bind: () => 'dá ao socket o endereço e a porta',
        listen: () => 'põe o socket à escuta: o kernel aceita conexões e as guarda em uma fila',
        getsockname: () => 'pergunta o endereço e a porta do socket',
        connect: () => 'pede uma conexão, e ela existe assim que o kernel do servidor concorda',
        accept: (fd) => `tira uma conexão da fila: o descritor ${fd} é a conversa`,
        interrupted: () => 'fica na chamada até que um sinal a interrompe',
        receive: (bytes) => `recebe ${bytes}`, datagramIn: (bytes) => `recebe um datagrama de ${bytes}`,
        finished: () => 'fica sabendo que não vem mais nada: o outro lado terminou',
        keyboard: (bytes) => `lê ${bytes} do teclado`,
        noMore: () => 'fica sabendo que não se digita mais nada (Ctrl-D)',
        hand: (bytes) => `entrega ${bytes} ao kernel, para enviar`,
        datagramOut: (bytes) => `envia um datagrama de ${bytes}`,
        screen: () => 'escreve isso na tela', complain: () => 'escreve isso na tela, como erro',
        pollTyping: (typed) => `espera pelo teclado e pelo servidor ao mesmo tempo: ${typed ? 'o teclado' : 'o servidor'} tem algo`,
        pollOutput: () => 'espera pelo servidor, e notaria se ninguém mais recebesse o que ele imprime: há algo para ler',
        pollPipe: () => 'dorme até que haja um byte no pipe: agora há',
        pollOthers: () => 'espera por vários descritores ao mesmo tempo, e retorna',
        pipe: (from, to) => `cria um pipe: o que se escreve em ${to} se lê em ${from}`,
        wake: () => 'põe um byte no pipe: isso acorda o carteiro',
        woken: () => 'tira o byte do pipe',
        shutdown: () => 'diz que não envia mais nada; ainda recebe',
        close: () => 'fecha a conversa', closeListener: () => 'fecha o próprio socket',
        sigwait: (signal) => `espera por um sinal: chega ${signal}`,
        fails: (error) => `falha: ${error}`,
        print: () => 'imprime', start: (name) => `inicia a thread ${name}`, ends: () => 'a thread termina',
        exit: (status) => `termina, com código de saída ${status}`, killed: (signal) => `é encerrado por ${signal}`,
        signal: (signal) => `recebe o sinal ${signal}`,
        still: 'ainda espera',
        stillWaits: () => 'ainda espera nesta chamada quando o programa termina',
        waited: (time, told) => `espera ${time} e então ${told}`,
        waitedInPoll: (time, told) => `espera ${time} (em poll) e então ${told}`,
        after: (time, told) => `${told}, depois de ${time}`,
        SYN: () => 'pede uma conexão', 'SYN-ACK': () => 'concorda; o que confirma, um ACK sozinho, não aparece',
        data: (bytes) => `leva ${bytes}`, FIN: () => 'deste lado não vem mais nada', RST: () => 'recusa',
        dataFIN: (bytes) => `leva ${bytes}, e deste lado não vem mais nada`,
        bytes: (count) => (count === 1 ? '1 byte' : `${count} bytes`),
    },
};

export const of = (language) => words[language];

/* server, client 1. */
export const programName = (program, language) =>
    program.replace(/^(\D+)(\d*)$/, (_, kind, number) => [words[language][kind], number].join(' ').trim());

/* A thread's name, as its function has it; the first goes by its program's. */
export const threadName = ({ thread, number }) => (number > 0 ? `${thread} ${number}` : thread);

export function nameOf(lane, language) {
    const program = programName(lane.program, language);
    return lane.thread === 'main' ? program : `${program}: ${threadName(lane)}`;
}

function time(ms) {
    return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/* A read or a write: of the keyboard, of the screen, of a pipe, of a socket. */
function tellTransfer(name, text, fd, count, say) {
    const bytes = say.bytes(count);
    if (/^(write|writev)$/.test(name) && fd < 3)
        return fd === 1 ? say.screen() : say.complain();
    if (/"\\0", 1\)/.test(text))
        return name === 'write' ? say.wake() : say.woken();
    if (/^(send|sendmsg|write|writev)$/.test(name))
        return say.hand(bytes);
    if (name === 'sendto' || name === 'recvfrom')
        return name === 'sendto' ? say.datagramOut(bytes) : say.datagramIn(bytes);
    if (fd === 0)
        return count > 0 ? say.keyboard(bytes) : say.noMore();
    return count > 0 ? say.receive(bytes) : say.finished();
}

/* By what it waits for; a result names what is ready first. */
function tellPoll(text, result, say) {
    if (/fd=1, events=0/.test(text))
        return say.pollOutput();
    if (/^poll\(\[\{fd=0,/.test(text))
        return say.pollTyping(/fd=0/.test(result));
    return /POLLIN\}\], 1,.*POLLIN\}\]\)$/.test(text) ? say.pollPipe() : say.pollOthers();
}

function tellCall({ text, peer }, say) {
    const [, name, fd] = text.match(/^(\w+)\(\[?(\d+)?/);
    const result = text.slice(text.lastIndexOf(') = ') + 4);
    if (result.startsWith('-1'))
        return say.fails(result.replace(/^-1 /, ''));
    if (result === 'interrupted')
        return say.interrupted();
    if (name === 'socket')
        return say.socket(text.includes('DGRAM') ? 'UDP' : 'TCP', result);
    if (name === 'setsockopt')
        return say[text.match(/(SO|TCP)_[A-Z]+(_[A-Z]+)*(?=, \W)/)[0]]();
    if (name === 'poll')
        return tellPoll(text, result, say);
    if (name === 'pipe')
        return say.pipe(...text.match(/\d+/g));
    if (name === 'close')
        return peer === undefined ? say.closeListener() : say.close();
    if (name in say)
        return say[name](result);
    return tellTransfer(name, text, Number(fd), Number.parseInt(result, 10), say);
}

function tellPacket({ kind, text }, say) {
    if (kind !== 'data')
        return say[kind]();
    return say[text.endsWith('FIN') ? 'dataFIN' : 'data'](say.bytes(Number(text.match(/\d+/)[0])));
}

/* What happens, in words. */
export function tell(event, lanes, language) {
    const say = words[language];
    if (event.lane === undefined)
        return tellPacket(event, say);
    if (event.kind === 'start')
        return say.start(threadName(lanes[event.thread]));
    if (event.kind === 'waits')
        return say.stillWaits();
    const isCall = /^\w+\(/.test(event.text) && event.kind !== 'print';
    const told = isCall ? tellCall(event, say) : say[event.kind](event.text);
    if (event.waited === undefined || /= interrupted$/.test(event.text))
        return told;
    const waits = /^(p?poll|sigwait)\(/.test(event.text) ? say.after : event.poll ? say.waitedInPoll : say.waited;
    return waits(time(event.waited), told);
}
