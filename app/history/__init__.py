"""What is kept of conversations: questions, answers, feedback, corrections."""
