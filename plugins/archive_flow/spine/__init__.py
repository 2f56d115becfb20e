"""The three flows as one chain of tasks, and the params of the DAGs. Begin with `chain.session_chain`."""
