"""The developers' tests. They belong in the repository, not in the image that goes to production."""

import os
import subprocess
import sys
import unittest
from pathlib import Path

SERVER = Path(__file__).parent.parent / "server.py"


class Greeting(unittest.TestCase):
    def test_names_the_guest(self):
        output = subprocess.run(
            [sys.executable, SERVER, "greet", "Ada"],
            env={**os.environ, "GREETING": "Hello"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        self.assertEqual(output, "Hello, Ada!\n")


if __name__ == "__main__":
    unittest.main()
