#!/usr/bin/env node
import process from 'node:process'

// Said before anything else is loaded: an older Node could not even read the rest.
if (Number(process.versions.node.split('.')[0]) < 26) {
  process.stderr.write(`rollcall needs Node 26 or later, found ${process.version}\n`)
  process.exitCode = 69
} else {
  await import('../dist/main.js')
}
