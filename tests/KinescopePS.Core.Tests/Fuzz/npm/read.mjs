// Reads texts, one a line as JSON, as a site does, and writes what came of each: names with their values, or null for an error.
import { createInterface } from 'node:readline'
import dotenv from 'dotenv'
import { expand } from 'dotenv-expand'
import { parse } from 'pg-connection-string'

function environmentOf(text) {
  const environment = { ...process.env }
  const parsed = dotenv.parse(text)
  dotenv.populate(environment, parsed)
  return expand({ parsed, processEnv: environment }).parsed
}

function addressOf(url) {
  const { host, port, database, user, password } = parse(url)
  return Object.fromEntries(Object.entries({ host, port, database, user, password }).filter(([, value]) => value))
}

for await (const line of createInterface({ input: process.stdin })) {
  const { environment, address } = JSON.parse(line)
  let settings = null
  try {
    settings = address === undefined ? environmentOf(environment) : addressOf(address)
  } catch {
    // References that have no end overflow the stack, and an address may be none.
  }
  process.stdout.write(JSON.stringify(settings) + '\n')
}
