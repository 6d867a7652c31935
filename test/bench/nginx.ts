import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { certificates } from '../target/certificates.ts'

/** nginx on loopback with one worker: a target faster than any generator, that counts for itself. */
export interface Nginx {
  url: string
  /** The same over TLS, with HTTP/2 for those that want it. */
  tlsUrl: string
  /** Requests it has answered, by its own counter, without those that asked for the counter. */
  requests(): Promise<number>
  close(): Promise<void>
}

const body = JSON.stringify({
  id: 123,
  name: 'katydid',
  price: 12.5,
  tags: ['green', 'loud'],
  stock: { shelf: 3, cellar: 9 },
})

export function nginxInstalled(): boolean {
  return spawnSync('nginx', ['-v']).error === undefined
}

/** Starts it on a free port; `pin` is the processor it may use. */
export async function startNginx(options: { pin?: string } = {}): Promise<Nginx> {
  const dir = mkdtempSync(`${tmpdir()}/katydid-nginx-`)
  const port = await freePort()
  const tlsPort = await freePort()
  const { servers } = certificates()
  writeFileSync(`${dir}/cert.pem`, servers.good.cert)
  writeFileSync(`${dir}/key.pem`, servers.good.key)
  writeFileSync(`${dir}/page`, 'x'.repeat(100_000))
  chmodSync(dir, 0o755) // its workers are nobody
  writeFileSync(
    `${dir}/nginx.conf`,
    `daemon off; worker_processes 1; worker_rlimit_nofile 20000; pid ${dir}/pid; error_log stderr error;
events { worker_connections 19000; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 300s; default_type application/json;
  client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/fcgi;
  uwsgi_temp_path ${dir}/uwsgi; scgi_temp_path ${dir}/scgi;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    listen 127.0.0.1:${tlsPort} ssl http2 backlog=4096;
    ssl_certificate ${dir}/cert.pem; ssl_certificate_key ${dir}/key.pem;
    location = /page { root ${dir}; }
    location = /status { stub_status; }
    location / { return 200 '${body}'; }
  }
}
`,
  )
  const command = ['nginx', '-c', `${dir}/nginx.conf`, '-p', dir, '-e', 'stderr']
  const child: ChildProcess = options.pin
    ? spawn('taskset', ['-c', options.pin, ...command], { stdio: ['ignore', 'ignore', 'inherit'] })
    : spawn('nginx', command.slice(1), { stdio: ['ignore', 'ignore', 'inherit'] })
  const url = `http://127.0.0.1:${port}`
  let asked = 0
  const requests = async () => {
    const text = await (await fetch(`${url}/status`)).text()
    asked++
    return Number(/\n\s*\d+ \d+ (\d+)/.exec(text)?.[1]) - asked
  }
  for (let tries = 0; ; tries++) {
    try {
      await requests()
      break
    } catch (error) {
      if (tries > 100) throw error
      await sleep(50)
    }
  }
  return {
    url,
    tlsUrl: `https://localhost:${tlsPort}`,
    requests,
    async close() {
      child.kill('SIGTERM')
      await new Promise((resolve) => child.once('exit', resolve))
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
