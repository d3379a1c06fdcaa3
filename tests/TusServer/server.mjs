// The public tus server with its file store, in a folder: prints its port, and ends with standard input.
import http from 'node:http'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const tus = new Server({ path: '/files', datastore: new FileStore({ directory: process.argv[2] }) })
const listener = http.createServer((request, response) => tus.handle(request, response))
listener.listen(0, '127.0.0.1', () => console.log(listener.address().port))
process.stdin.on('end', () => process.exit()).resume()
