// Uploads files with tus-js-client, as its documentation has it for Node. Argument: a JSON file with the job.
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Upload, FileUrlStorage } from 'tus-js-client'

const job = JSON.parse(readFileSync(process.argv[2], 'utf8'))
let reruns = 0

function attempt(path) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(createReadStream(path), {
      endpoint: job.endpoint,
      headers: job.headers,
      metadata: { ...job.metadata, init_id: randomUUID(), type: 'video', title: basename(path), filename: basename(path), filesize: String(statSync(path).size) },
      ...(job.storage ? { urlStorage: new FileUrlStorage(job.storage) } : {}),
      storeFingerprintForResuming: Boolean(job.storage),
      onError: reject,
      onSuccess: resolve,
    })
    if (!job.storage) return upload.start()
    upload.findPreviousUploads().then(previous => {
      if (previous.length > 0) upload.resumeFromPreviousUpload(previous[0])
      upload.start()
    }, reject)
  })
}

// What a user does when it gives up: run it again.
async function send(path) {
  for (let left = job.reruns; ; left--) {
    try {
      return await attempt(path)
    } catch (failure) {
      if (left === 0) throw failure
      reruns++
      await delay(1000)
    }
  }
}

const queue = [...job.files]
await Promise.all(Array.from({ length: job.parallel }, async () => {
  for (let path; (path = queue.shift()) !== undefined;) await send(path)
}))
console.log(JSON.stringify({ reruns }))
