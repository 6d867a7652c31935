import type { Socket } from 'node:net'

/**
 * A body of unknown length in chunks (RFC 9112 §7.1), as fast as the target takes it. Stops when nobody waits for it any more.
 */
export async function writeChunked(
  socket: Socket,
  body: AsyncIterable<Uint8Array | string>,
  wanted: () => boolean,
): Promise<void> {
  for await (const piece of body) {
    if (!wanted()) return
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece
    if (bytes.length === 0) continue
    socket.cork()
    socket.write(`${bytes.length.toString(16)}\r\n`, 'latin1')
    socket.write(bytes)
    const room = socket.write('\r\n', 'latin1')
    socket.uncork()
    if (!room) await drained(socket)
  }
  if (!wanted()) return
  socket.write('0\r\n\r\n', 'latin1')
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done)
      resolve()
    }
    socket.on('drain', done).on('close', done)
    if (socket.destroyed) done()
  })
}
