// What a script of its own does, as the one did that first did this job: a video with an id of the script's own, all its bytes in one
// PATCH by fetch, one file after the other, and the whole progress file written anew after each. Argument: a JSON file with the job.
import { createReadStream, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'

const job = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const progress = { startedAt: new Date().toISOString(), lastUpdated: '', uploaded: [], failed: [] }
const progressFile = join(dirname(process.argv[2]), 'script-progress.json')
const tus = { ...job.headers, 'Tus-Resumable': '1.0.0' }

const encode = values => Object.entries(values).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`).join(',')

async function send(path) {
  const size = statSync(path).size
  const id = randomUUID()
  const metadata = encode({ ...job.metadata, init_id: id, type: 'video', title: basename(path), filename: basename(path), filesize: String(size) })
  const created = await fetch(job.endpoint, { method: 'POST', headers: { ...tus, 'Upload-Length': String(size), 'Upload-Metadata': metadata } })
  if (!created.ok) throw new Error(`init: ${created.status}`)
  await created.arrayBuffer()
  const sent = await fetch(created.headers.get('location'), {
    method: 'PATCH',
    headers: { ...tus, 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream', 'Content-Length': String(size) },
    body: Readable.toWeb(createReadStream(path)),
    duplex: 'half',
  })
  if (!sent.ok) throw new Error(`PATCH: ${sent.status}`)
  return id
}

for (const path of job.files) {
  progress.uploaded.push({ lessonId: basename(path), videoId: await send(path), uploadedAt: new Date().toISOString() })
  progress.lastUpdated = new Date().toISOString()
  writeFileSync(progressFile, JSON.stringify(progress, null, 2))
}
