/**
 * What a shell loads to complete the words of promha. Each asks `promha complete` and understands its answer: a line
 * `files`, `directories` or `words`, then for words a line each: the word, a tab, what it means.
 */

const bash = `# Completion of promha in bash.
_promha() {
  local -a lines
  local word=\${COMP_WORDS[COMP_CWORD]}
  mapfile -t lines < <(command promha complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # The "=" of --flag=value is a word of its own here, and what is inserted follows it.
  [[ $word == "=" ]] && word=""
  COMPREPLY=()
  case \${lines[0]} in
    files) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    directories) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
    words) COMPREPLY=("\${lines[@]:1}"); COMPREPLY=("\${COMPREPLY[@]%%$'\\t'*}") ;;
  esac
}
complete -F _promha promha
`

const zsh = `#compdef promha
# Completion of promha in zsh.
_promha() {
  local -a lines found
  local line
  lines=("\${(@f)$(command promha complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  # What is inserted for --flag=value follows the "=".
  compset -P '--[^=]##='
  case $lines[1] in
    files) _files ;;
    directories) _files -/ ;;
    words)
      for line in "\${(@)lines[2,-1]}"; do
        found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
      done
      _describe -V promha found
      ;;
  esac
}
if [[ $funcstack[1] == _promha ]]; then _promha "$@"; else compdef _promha promha; fi
`

const fish = `# Completion of promha in fish.
function __promha_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -e words[1]
    set -l lines (command promha complete -- $words "$current" 2>/dev/null)
    set -l kind $lines[1]
    set -e lines[1]
    # fish replaces the whole of --flag=value.
    set -l flag (string match -r -- '^--[^=]+=' "$current")
    set -l value (string replace -r -- '^--[^=]+=' '' "$current")
    switch "$kind"
        case files
            printf "$flag%s\\n" (__fish_complete_path "$value")
        case directories
            printf "$flag%s\\n" (__fish_complete_directories "$value")
        case words
            for line in $lines
                printf '%s%s\\n' "$flag" $line
            end
    end
end
complete -c promha -f -k -a '(__promha_complete)'
`

/** The script of each shell. */
export const completionScripts: Readonly<Record<string, string>> = { bash, zsh, fish }
