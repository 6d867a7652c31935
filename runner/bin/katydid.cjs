#!/usr/bin/env node
'use strict'
// The command `katydid`. CommonJS, and only words that Node 12 knows, so that an old Node can say that it is too old.
// biome-ignore lint/style/useNodejsImportProtocol: Node 12 does not know it
const fs = require('fs')

const needed = /\d+\.\d+/.exec(require('../package.json').engines.node)[0]

if (isOlder(process.versions.node, needed)) {
  const found = `this is Node.js ${process.versions.node} (${process.execPath})`
  console.error(
    `katydid needs Node.js ${needed} or newer, but ${found}. Install a newer one: https://nodejs.org/en/download`,
  )
  // as in src/errors.ts and src/worker/exit-codes.ts: the run is broken, a worker has crashed
  process.exit(process.argv[2] === 'worker' ? 1 : 2)
}

// in the repository its sources run as they are; the npm package has only what was built
import(fs.existsSync(`${__dirname}/../src/main.ts`) ? '../src/main.ts' : '../dist/main.js')

function isOlder(version, than) {
  const [major, minor] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = than.split('.').map(Number)
  return major < leastMajor || (major === leastMajor && minor < leastMinor)
}
