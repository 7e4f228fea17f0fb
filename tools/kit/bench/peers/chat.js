// The chat in Node.js, one thread with events: names, lines, who comes and goes.
// node chat.js [PORT]
'use strict';
const net = require('node:net');

const room = new Set();
let guests = 0;

function broadcast(sender, text) {
  for (const other of room) if (other !== sender) other.write(text);
}

function serveClient(client) {
  const name = `guest-${++guests}`;
  let rest = '';
  broadcast(null, `* ${name} joined\n`);
  room.add(client);
  client.setEncoding('utf8');
  client.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) broadcast(client, `${name}: ${line.replace(/\r$/, '')}\n`);
  });
  client.on('error', () => {}); // 'close' comes, too
  client.on('close', () => {
    room.delete(client);
    broadcast(null, `* ${name} left\n`);
  });
}

const server = net.createServer({ noDelay: true }, serveClient);
const port = Number(process.argv[2] ?? 5000);
server.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => {
  console.log(`Listening on 127.0.0.1:${server.address().port}`);
});
