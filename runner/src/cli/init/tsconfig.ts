/** The options that load files need: standard decorators, and `using`. Nothing is emitted: katydid compiles load files itself. */
export const tsconfig = `{
  "compilerOptions": {
    "target": "ESNext",
    "lib": ["ESNext"],
    "module": "ESNext",
    "moduleResolution": "bundler",
    "types": ["node"],
    "strict": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["*.ts"]
}
`

/** What a tsconfig.json that was there must have. */
export const tsconfigNeeds = '"target" of ES2022 or newer'
