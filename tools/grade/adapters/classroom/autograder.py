"""What the runner of Classroom 50 starts, in the student's checkout. The kit lies
beside it, packed."""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    with tarfile.open(Path(__file__).parent / "socket-lab.tar.gz") as archive:
        archive.extractall(folder)
    sys.exit(subprocess.call(["bash", folder + "/kit/tools/grade/adapters/classroom/report"]))
