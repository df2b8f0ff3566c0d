package apitest

import (
	"fmt"
	"os/exec"
)

func goBuild(path string) error {
	build := exec.Command("go", "build", "-o", path, "github.com/bridgework-dental/bridgework/cmd/bridgework")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the program: %w\n%s", err, output)
	}
	return nil
}
