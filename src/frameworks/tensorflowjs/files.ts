/** Which files are read as scripts, told cheaply: before any of them is parsed. */

const ending = /\.(?:[cm]?[jt]s|[jt]sx)$/i

/** Whether a file's ending says JavaScript or TypeScript. */
export function isScriptFile(file: string): boolean {
  return ending.test(file)
}

/** An import of the library, or its global `tf` making layers or models. */
const use = /['"`]@tensorflow\/tfjs|\btf\s*\.\s*(?:sequential|model|layers|input)\b/

/** Whether a script's text uses TensorFlow.js. */
export function usesTensorflowjs(text: string): boolean {
  return use.test(text)
}
