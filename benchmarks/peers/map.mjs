// Maps a manifest to files with JSON.parse and stat. Argument: the manifest.
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

const path = process.argv[2]
const manifest = JSON.parse(readFileSync(path, 'utf8'))
const found = []

function visit(course, module, lessons) {
  for (const lesson of lessons) {
    if (lesson.submodule) {
      visit(course, module, lesson.submodule.lessons)
      continue
    }
    const file = join(dirname(path), lesson.filepath)
    const stat = statSync(file, { throwIfNoEntry: false })
    found.push({ lessonId: lesson.id, title: lesson.title_original, course: course.id, module: module.id, path: file, exists: Boolean(stat), length: stat?.size })
  }
}

for (const course of manifest.courses) for (const module of course.modules) visit(course, module, module.lessons)
console.log(found.length)
