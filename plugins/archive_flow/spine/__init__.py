"""The three flows as one chain of tasks, and the forms that start them. Begin with `chain.session_chain`."""
