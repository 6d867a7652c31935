#!/usr/bin/env node
// `npm create katydid [DIR]`: `katydid init [DIR]` of the version that package.json names.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { resolve } = createRequire(import.meta.url)
const manifest = resolve('katydid/package.json')
const { bin } = createRequire(manifest)(manifest)
process.argv.splice(2, 0, 'init')
import(pathToFileURL(join(dirname(manifest), bin.katydid)).href)
