// Reads texts of .env, one a line as JSON, as a site does, and writes what came of each: names with their values, or null for an error.
import { createInterface } from 'node:readline'
import dotenv from 'dotenv'
import { expand } from 'dotenv-expand'

for await (const line of createInterface({ input: process.stdin })) {
  const environment = { ...process.env }
  let settings = null
  try {
    const parsed = dotenv.parse(JSON.parse(line))
    dotenv.populate(environment, parsed)
    settings = expand({ parsed, processEnv: environment }).parsed
  } catch {
    // References that have no end overflow the stack.
  }
  process.stdout.write(JSON.stringify(settings) + '\n')
}
