# Deletes files of @PLACE@ that are in the archive; written by session-archive (releasable), @GIVEN@.
#
#   powershell -ExecutionPolicy Bypass -File THIS_FILE [-Root FOLDER]           says what it would delete, deletes nothing
#   powershell -ExecutionPolicy Bypass -File THIS_FILE [-Root FOLDER] -Delete   deletes; not after @EXPIRES_IN_WORDS@
#
# Of each data set, every file must have the size and time that it had when it was compared with the archive; else the
# whole data set is left. Files are moved into FOLDER\.session-archive\released first, looked at again, and then removed.
# Its log, release-@ID@.log in the folder where you run it, is read back by `session-archive releasable --log`.
param([string]$Root = @ROOT@, [switch]$Delete)
$ErrorActionPreference = 'Stop'
$id = '@ID@'
if (-not $Root) { Write-Error 'expected -Root and the folder that is the root of @PLACE@'; exit 2 }
if (-not (Test-Path -LiteralPath $Root -PathType Container)) { Write-Error "$Root is not a folder; expected the root of @PLACE@"; exit 2 }
$epoch = [DateTime]::new(1970, 1, 1, 0, 0, 0, [DateTimeKind]::Utc)
if (([DateTime]::UtcNow - $epoch).TotalSeconds -ge @EXPIRES@) {
  Write-Error 'this list ended @EXPIRES_IN_WORDS@; run session-archive releasable again'
  exit 2
}
$log = Join-Path (Get-Location) "release-$id.log"
$aside = Join-Path $Root ".session-archive\released\$id"
$tab = "`t"
$script:left = 0

# Size and time of a file, as in the list; '' for what is no plain file.
function Seen([string]$path) {
  $item = Get-Item -LiteralPath $path -Force -ErrorAction SilentlyContinue
  if (-not $item -or $item.PSIsContainer -or $item.LinkType) { return '' }
  $seconds = [Math]::Floor(($item.LastWriteTimeUtc - $epoch).TotalSeconds)
  return "$($item.Length)$tab$seconds"
}

function Say([string]$line) {
  Write-Output $line
  if ($Delete) { Add-Content -LiteralPath $log -Value $line -Encoding UTF8 }
}

function Leave([string]$name, [string]$path, [string]$why) {
  $script:left = 1
  Say "left$tab$name$tab$path$tab$why"
}

function OneDataSet([string]$name, $files) {
  foreach ($file in $files) {
    if ((Seen (Join-Path $Root $file.Path)) -ne "$($file.Size)$tab$($file.Time)") {
      Leave $name $file.Path 'it is not as it was when it was compared; nothing of this data set is deleted'
      return
    }
  }
  foreach ($file in $files) {
    $from = Join-Path $Root $file.Path
    $to = Join-Path $aside $file.Path
    if (-not $Delete) { Write-Output "would delete$tab$name$tab$($file.Path)"; continue }
    try {
      if (Test-Path -LiteralPath $to) { throw 'a file of that name is there already' }
      [void](New-Item -ItemType Directory -Force -Path (Split-Path -Parent $to))
      Move-Item -LiteralPath $from -Destination $to
    } catch {
      Leave $name $file.Path 'it could not be moved aside'
      continue
    }
    if ((Seen $to) -ne "$($file.Size)$tab$($file.Time)") {
      Leave $name $file.Path "it changed while it was moved aside, and is in $aside now"
      continue
    }
    try {
      Remove-Item -LiteralPath $to -Force
      Say "removed$tab$name$tab$($file.Path)"
    } catch {
      Leave $name $file.Path "it could not be removed, and is in $aside now"
    }
  }
}

if ($Delete -and -not (Test-Path -LiteralPath $log)) {
  Set-Content -LiteralPath $log -Value "session-archive release list$tab$id" -Encoding UTF8
}
$list = @'
@FILES@
'@
$name = ''
$files = @()
foreach ($line in ($list -split "`r?`n")) {
  $parts = $line.Split($tab)
  if ($parts[0] -eq 'data set') {
    if ($name) { OneDataSet $name $files }
    $name = $parts[1]
    $files = @()
  } elseif ($parts.Length -eq 3) {
    $files += [pscustomobject]@{ Size = $parts[0]; Time = $parts[1]; Path = $parts[2] }
  }
}
if ($name) { OneDataSet $name $files }
if ($Delete) {
  if (Test-Path -LiteralPath $aside) {
    Get-ChildItem -LiteralPath $aside -Recurse -Directory | Sort-Object { $_.FullName.Length } -Descending |
      Where-Object { -not (Get-ChildItem -LiteralPath $_.FullName -Force) } | Remove-Item
  }
  Add-Content -LiteralPath $log -Value 'end' -Encoding UTF8
  Write-Output "done; now: session-archive releasable --log $log"
} else {
  Write-Output 'nothing was deleted; add -Delete to delete'
}
exit $script:left
