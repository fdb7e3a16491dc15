"""The seven verbs of the lifecycle; a stage never imports another stage."""
