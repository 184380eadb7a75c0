import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

const answer = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n'

/** Tells plain-HTTP clients of a TLS port what is wrong, as Rancher does. Node would only break the connection. */
export function answerPlainHttp(server: Server): void {
  const connections = new Map<string, Socket>()
  server.prependListener('connection', (connection: Socket) => {
    const key = peerOf(connection)
    connections.set(key, connection)
    connection.once('close', () => connections.delete(key))
  })
  // must run before Node's listener, which closes the connection
  server.prependListener('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
    if (error.code === 'ERR_SSL_HTTP_REQUEST') connections.get(peerOf(socket))?.end(answer)
  })
}

function peerOf({ remoteAddress = '', remotePort = 0 }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}
