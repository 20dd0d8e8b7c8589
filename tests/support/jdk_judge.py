# SPDX-License-Identifier: Apache-2.0
"""The JDK's XML-DSig as a judge and as a signer: one process for all questions. Its questions: JdkJudge.java."""
import os
import subprocess
from pathlib import Path


class JdkJudge:
    def __init__(self):
        # UTF-8 names of files need a UTF-8 locale in the JDK.
        self.process = subprocess.Popen(["java", "-Dfile.encoding=UTF-8", str(Path(__file__).with_name("JdkJudge.java"))],
                                        stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "LC_ALL": "C.UTF-8"})

    def __call__(self, *words):
        self.process.stdin.write(("\t".join(str(w) for w in words) + "\n").encode())
        self.process.stdin.flush()
        said = b""
        for line in self.process.stdout:
            if line.startswith(b"end "):
                return subprocess.CompletedProcess(words, int(line[4:]), said, b"")
            said += line
        raise AssertionError(said.decode())

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
