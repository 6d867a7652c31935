import type { Socket } from 'node:net'

/**
 * A target may answer and close while a request is still being written. The write fails then, and a socket of Node would be destroyed
 * with what it has received and nobody has read. `readOn` decides instead: true keeps the socket until its other side ends too.
 */
export function surviveWriteFailure(socket: Socket, readOn: (error: Error) => boolean): void {
  const destroy = socket.destroy
  socket.destroy = (error?: Error & { syscall?: string }) =>
    error?.syscall === 'write' && readOn(error) ? socket : destroy.call(socket, error)
}
