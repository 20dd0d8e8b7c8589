# SPDX-License-Identifier: Apache-2.0
# bash completion for myna(1)

_myna_options() {
  local global='--help --help-all --version --reader --json --lang --stats --trace --apdu --pin-fd --pin-file
    --allow-retry --allow-last-try --yes --timeout'
  case "$1" in
    sign) echo "$global --output --out-dir --format --key --digest --check --detached --force" ;;
    export) echo "$global --output --der --force" ;;
    verify) echo "$global --content --trust --at --crl --ocsp-response" ;;
    create) echo "$global --kind --without --dialect --latency --fault" ;;
    serve) echo "$global --port" ;;
    *) echo "$global" ;;
  esac
}

# The words that may follow, for the last command words so far.
_myna_words() {
  case "$1 $2" in
    'pin status' | 'pin verify') echo 'auth sign text' ;;
    'cert show' | 'cert export') echo 'auth sign auth-ca sign-ca' ;;
    *' pin') echo 'status verify' ;;
    *' cert') echo 'show export' ;;
    *' virtual') echo 'create serve info reset' ;;
    ' ') echo 'readers status attributes pin cert sign verify virtual' ;;
  esac
}

_myna_values() {
  case "$1" in
    --lang) echo 'ja en' ;;
    --apdu) echo 'auto short extended' ;;
    --format) echo 'cms raw' ;;
    --key) echo 'sign auth' ;;
    --digest) echo 'sha256 sha384 sha512' ;;
    --kind) echo 'my-number phone-android phone-ios juki foreign' ;;
    --without) echo 'auth sign' ;;
  esac
}

_myna() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} group='' command='' word
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in
      pin | cert | virtual | sign | attributes | readers | status | verify | show | export | create | serve | info | reset)
        [ "$group $command" = "pin verify" ] && continue
        group=$command command=$word ;;
    esac
  done
  local values
  values=$(_myna_values "$previous")
  if [ -n "$values" ]; then
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
  elif [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_myna_options "$command")" -- "$current")
  else
    values=$(_myna_words "$group" "$command")
    mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current")
    [ -n "$values" ] || compopt -o default
  fi
}
complete -F _myna myna
